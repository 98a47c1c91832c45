//! How a channel stands, and how it ends.

sentences! {
    opening = "Opening", "Wird geöffnet";
    offered = "Offered", "Angeboten";
    open = "Open", "Offen";
    closing_soon = "Closing soon", "Schließt bald";
    closing = "Closing", "Schließt";
    ready_to_settle = "Ready to settle", "Abrechenbar";
    settled = "Settled", "Abgerechnet";
    title_claim_now = "⚠ Claim now", "⚠ Jetzt belegen";
    end_together_question = "End together?", "Gemeinsam beenden?";
    title_closing(left) = "Closing: {left}", "Schließt: {left}";
    you_proposed(left) =
        "You proposed to end together. Waiting for the other side; the offer is good for {left}. While it is, \
         nothing can be paid here.",
        "Du hast vorgeschlagen, gemeinsam zu beenden. Die andere Seite muss noch antworten; das Angebot gilt noch \
         {left}. So lange kann hier nichts gezahlt werden.";
    they_declined_end(left) =
        "The other side declined to end together. Nothing is paid here for {left}: until then they could still send \
         what you have signed.",
        "Die andere Seite hat abgelehnt, gemeinsam zu beenden. Hier wird noch {left} nichts gezahlt: So lange könnte \
         sie noch senden, was du signiert hast.";
    own_offer_expired =
        "Your offer to end together has expired. Paying goes on as soon as the chain has certainly passed it.",
        "Dein Angebot, gemeinsam zu beenden, ist abgelaufen. Das Zahlen geht weiter, sobald die Chain sicher darüber \
         hinaus ist.";
    alarm = "Alarm", "Alarm";
    claim_or_lose(amount) = "Claim now or lose {amount}", "Jetzt belegen oder {amount} verlieren";
    understated(amount, left) =
        "The other side is closing and says it paid you {amount} less than it signed. You hold its signature: show it \
         to the hub within {left}.",
        "Die andere Seite schließt und gibt {amount} weniger an, als sie für dich signiert hat. Du hast ihre Signatur: \
         Lege sie dem Hub vor. Zeit dafür: {left}.";
    missed(amount) =
        "It is too late to show your higher claim: {amount} of yours goes to the other side.",
        "Für deinen höheren Beleg ist es zu spät: {amount} von dir gehen an die andere Seite.";
    claim_corrects = "The claim corrects it.", "Der Beleg berichtigt das.";
    claim_takes_all =
        "In this channel the claim pays everything to you.",
        "In diesem Kanal bekommst du mit dem Beleg alles.";
    claiming_it = "Claiming…", "Wird belegt …";
    claim_now = "Claim now", "Jetzt belegen";
    period_over = "The finalization period is over.", "Die Einspruchsfrist ist um.";
    period_left(time) = "left of the finalization period, {time}", "bleiben von der Einspruchsfrist, {time}";
    you_closed_this = "You closed this channel.", "Du hast diesen Kanal geschlossen.";
    they_closed_this = "They closed this channel.", "Die andere Seite hat diesen Kanal geschlossen.";
    either_can_settle =
        "Either side can settle it now, with one transaction; the hub then pays both.",
        "Jede Seite kann jetzt abrechnen, mit einer Transaktion; der Hub zahlt dann beide aus.";
    higher_claim_possible =
        "A higher claim can be shown until the period is over; it never extends.",
        "Bis die Frist um ist, kann ein höherer Beleg vorgelegt werden; verlängert wird sie nie.";
    settle_then =
        "After that, come back and settle: only then the hub pays both.",
        "Komm danach wieder und rechne ab: Erst dann zahlt der Hub beide aus.";
    blocks_by_hand =
        "Here no time passes by itself: “Mine blocks”, under “Development chain” on this page, makes it pass.",
        "Hier vergeht die Zeit nicht von selbst: „Blöcke erzeugen“ unter „Entwicklungs-Chain“ auf dieser Seite lässt sie \
         vergehen.";
    settle = "Settle", "Abrechnen";
    accept_now = "Accept now", "Jetzt annehmen";
    totals_right =
        "These totals are right? Then nobody needs to wait.",
        "Stimmen diese Summen? Dann muss niemand warten.";
    ask_watchtower = "Ask the watchtower to settle", "Den Wachturm bitten, abzurechnen";
    watchtower_asked =
        "The watchtower was asked to settle when the period is over, so you can close this page. That is no promise: \
         if it does not, either side can.",
        "Der Wachturm wurde gebeten, nach der Frist abzurechnen; du kannst diese Seite also schließen. Ein Versprechen \
         ist das nicht: Tut er es nicht, kann es jede Seite.";
    end_this_channel = "End this channel", "Diesen Kanal beenden";
    together = "Together", "Gemeinsam";
    together_why =
        "The other side agrees and both are paid at once, in one transaction. Until the offer expires you can neither \
         pay nor receive here.",
        "Die andere Seite stimmt zu, und beide werden sofort ausgezahlt, in einer Transaktion. Bis das Angebot \
         abläuft, kannst du hier weder zahlen noch empfangen.";
    away_to_agree =
        "The other side is away: it can agree only once it is back.",
        "Die andere Seite ist abwesend: Zustimmen kann sie erst, wenn sie wieder da ist.";
    propose_end = "Propose to end together", "Gemeinsames Beenden vorschlagen";
    without_them = "Without the other side", "Ohne die andere Seite";
    alone_why(ticks, time) =
        "You send one transaction now. Then everybody waits {ticks} ({time}), in which the other side can show a \
         higher claim; after that anyone settles with a second transaction.",
        "Du sendest jetzt eine Transaktion. Dann warten alle {ticks} ({time}), und die andere Seite kann einen höheren \
         Beleg vorlegen; danach rechnet irgendwer mit einer zweiten Transaktion ab.";
    close_alone = "Close one-sidedly", "Einseitig schließen";
    demo_understate = "Demo: understate…", "Vorführung: zu wenig angeben …";
    end_without_them = "End without the other side…", "Ohne die andere Seite beenden …";
    say_you_paid = "Say that you paid", "Angeben, gezahlt zu haben";
    really_paid(amount) =
        "You really paid {amount} in total. A closer that says less is what the finalization period is for.",
        "Wirklich gezahlt hast du insgesamt {amount}. Für den Fall, dass jemand weniger angibt, gibt es die \
         Einspruchsfrist.";
    close_understating = "Close understating (demo)", "Mit zu wenig schließen (Vorführung)";
    offers_to_end =
        "The other side offers to end this channel now. One transaction pays both of you, without waiting.",
        "Die andere Seite bietet an, diesen Kanal jetzt zu beenden. Eine Transaktion zahlt euch beide aus, ohne Warten.";
    agree_and_end = "Agree and end", "Zustimmen und beenden";
    hub_has_paid =
        "The hub has paid both sides on the chain, exactly:",
        "Der Hub hat beide Seiten auf der Chain ausgezahlt, genau so:";
    yours_again =
        "Yours is in your wallet, and nothing is left to do here.",
        "Was dir gehört, ist in deiner Wallet, und hier ist nichts mehr zu tun.";
    the_other_side = "the other side", "die andere Seite";
    paid_to_you_label = "Paid to you", "An dich ausgezahlt";
    paid_to_them = "Paid to them", "An die andere Seite ausgezahlt";
    hub_has_paid_reading =
        "The hub has paid both sides on the chain. Reading how much…",
        "Der Hub hat beide Seiten auf der Chain ausgezahlt. Wie viel, wird gelesen …";
}
