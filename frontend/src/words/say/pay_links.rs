//! Links that ask to be paid.

sentences! {
    show_link = "Show link", "Link zeigen";
    hide_link = "Hide link", "Link verbergen";
    make_a_link = "Make a link", "Link machen";
    make_a_link_hint =
        "Or make a link for it: it asks nobody by itself, does not expire, and can be paid more than once.",
        "Oder mach einen Link daraus: Er fragt von selbst niemanden, läuft nicht ab und kann mehrmals bezahlt werden.";
    pay_link = "Pay link", "Zahllink";
    pay_link_hint =
        "It works for the other side of this channel only, who still presses the button.",
        "Er gilt nur für die andere Seite dieses Kanals, und sie drückt den Knopf selbst.";
    copy_pay_link = "Copy pay link", "Zahllink kopieren";
    qr_of_pay_link = "QR code of the pay link", "QR-Code des Zahllinks";
    pay_link_broken =
        "This pay link is incomplete or was changed. Ask for it again.",
        "Dieser Zahllink ist unvollständig oder verändert. Lass ihn dir noch einmal geben.";
    pay_link_own =
        "This is your own pay link: give it to the other side of this channel.",
        "Das ist dein eigener Zahllink: Gib ihn der anderen Seite dieses Kanals.";
    pay_link_join =
        "This link asks you to pay here. Join the channel, and what it asks for is shown.",
        "Dieser Link bittet dich um Geld. Tritt dem Kanal bei, dann siehst du, worum es geht.";
    pay_link_opening =
        "This link asks you to pay here. What it asks for is shown once the channel is opened.",
        "Dieser Link bittet dich um Geld. Worum es geht, siehst du, sobald der Kanal geöffnet ist.";
    pay_link_closed =
        "This link asks you to pay here, but this channel takes no payments now.",
        "Dieser Link bittet dich um Geld, doch dieser Kanal nimmt jetzt keine Zahlungen.";
    pay_link_unknown =
        "The request of this link has not arrived here, or was over long ago. If it does not come, ask for it again.",
        "Die Anfrage dieses Links ist hier nicht angekommen oder längst vorbei. Kommt sie nicht, lass sie noch einmal \
         stellen.";
    pay_link_paid(amount) =
        "The request of this link is paid: {amount}.",
        "Die Anfrage dieses Links ist bezahlt: {amount}.";
    pay_link_taken_back(amount) =
        "The other side took back the request of this link, for {amount}.",
        "Die andere Seite hat die Anfrage dieses Links über {amount} zurückgenommen.";
    pay_link_expired(amount) =
        "The request of this link, for {amount}, was not paid in time.",
        "Die Anfrage dieses Links über {amount} wurde nicht rechtzeitig bezahlt.";
    pay_link_declined(amount) =
        "You declined the request of this link, for {amount}.",
        "Du hast die Anfrage dieses Links über {amount} abgelehnt.";
    pay_link_no_amount =
        "The amount in this link cannot be read. Ask for it again, or enter what you want to pay.",
        "Der Betrag in diesem Link ist nicht lesbar. Lass ihn dir noch einmal geben oder gib ein, was du zahlen willst.";
    pay_link_filled(amount) =
        "The link you opened has filled in {amount}. Nothing is paid before you press Pay.",
        "Der Link, den du geöffnet hast, hat {amount} eingetragen. Gezahlt wird erst, wenn du auf „Zahlen“ drückst.";
    pay_link_memo_left_out = "Its memo is left out.", "Seine Notiz ist weggelassen.";
    pay_link_no_memo =
        "Payments that the wallet signs have none.",
        "Zahlungen, die die Wallet signiert, haben keine.";
    not_your_pay_link =
        "This link asks for a payment in a channel that is not yours. Only the other side of that channel can pay it: \
         check that this window has the right account. If the channel was opened just now, it appears here with its block.",
        "Dieser Link bittet um eine Zahlung in einem Kanal, der nicht deiner ist. Nur dessen andere Seite kann sie \
         leisten: Prüfe, ob dieses Fenster das richtige Konto hat. Wurde der Kanal eben erst geöffnet, erscheint er hier \
         mit seinem Block.";
}
