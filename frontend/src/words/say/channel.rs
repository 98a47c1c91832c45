//! One channel: balances, paying, asking to be paid, streams, putting in and taking out.

sentences! {
    channel_with(who) = "Channel with {who}", "Kanal mit {who}";
    not_your_channel =
        "This channel is not yours, or not on the chain yet",
        "Dieser Kanal ist nicht deiner oder noch nicht auf der Chain";
    not_your_channel_more =
        "If it was opened just now, it appears here with its block. If you were given this link, check that this \
         window has the right account.",
        "Wurde er eben erst geöffnet, erscheint er hier mit seinem Block. Hast du diesen Link bekommen, prüfe, ob \
         dieses Fenster das richtige Konto hat.";
    online = "Online", "Online";
    away = "Away", "Abwesend";
    cannot_be_used(why) = "This channel cannot be used: {why}", "Dieser Kanal ist nicht benutzbar: {why}";
    end = "End", "Beenden";
    close_it = "Close…", "Schließen …";
    terms(period, policy) =
        "Both get what they own. Together it takes one transaction and no waiting; alone, a finalization period of \
         {period}. The policy is {policy}.",
        "Beide bekommen, was ihnen gehört. Gemeinsam braucht es eine Transaktion und kein Warten; allein ist erst die \
         Einspruchsfrist abzuwarten: {period}. Die Regel ist „{policy}“.";
    term_refute = "refute", "Berichtigen";
    term_forfeit = "forfeit", "Verfall";
    being_opened =
        "The channel is being opened. You can pay once its block counts.",
        "Der Kanal wird geöffnet. Zahlen kannst du, sobald sein Block zählt.";
    close_sent(left) =
        "A close was handed to your wallet. Nothing is signed here until it is mined or {left} have passed.",
        "Deiner Wallet wurde ein Schließen übergeben. Hier wird nichts signiert, bis es in einem Block steht oder die \
         Frist um ist: {left}.";
    balances = "Balances", "Guthaben";
    your_balance = "Your balance", "Dein Guthaben";
    their_balance = "Their balance", "Guthaben der anderen Seite";
    them = "Them", "Andere Seite";
    you_can_pay = "You can pay", "Du kannst zahlen";
    they_can_pay = "They can pay you", "Die andere Seite kann dir zahlen";
    if_they_vanished = "If they vanished now, you would get", "Verschwände sie jetzt, bekämst du";
    your_deposit_shallow(amount) =
        "Your deposit of {amount} is on the chain, but not deep enough to count yet.",
        "Deine Einlage von {amount} ist auf der Chain, aber noch nicht tief genug, um zu zählen.";
    their_deposit_shallow(amount) =
        "Their deposit of {amount} is on the chain, but not deep enough to count yet.",
        "Die Einlage der anderen Seite von {amount} ist auf der Chain, aber noch nicht tief genug, um zu zählen.";
    blocks_on_top(count, needed) = "Blocks on top of it: {count} of {needed}.", "Blöcke darauf: {count} von {needed}.";
    opened_this = "opened this channel", "hat diesen Kanal geöffnet";
    on_hold(amount) =
        "{amount} of yours is on hold, because you asked to take it out.",
        "{amount} von dir ist gebunden, weil du es herausnehmen möchtest.";
    bar_unseen = "Not seen by them yet", "Dort noch nicht gesehen";
    bar_arriving = "Your deposit on its way", "Deine Einlage, unterwegs";
    bar_their_arriving = "Their deposit on its way", "Einlage der anderen Seite, unterwegs";
    bar_leaving = "You take out", "Du nimmst heraus";
    bar_their_leaving = "They take out", "Die andere Seite nimmt heraus";
    bar_away = "Grey, because the other side is away", "Grau, weil die andere Seite abwesend ist";
    over_time = "Over time", "Im Lauf der Zeit";
    plot(from, to, least, most, all) =
        "From {from} to {to} you owned between {least} and {most}, of at most {all} in the channel",
        "Von {from} bis {to} gehörten dir zwischen {least} und {most} von höchstens {all} im Kanal";
    pay = "Pay", "Zahlen";
    amount = "Amount", "Betrag";
    all = "All", "Alles";
    delivery = "Delivery", "Zustellung";
    signed_here =
        "Signed here, in this page: no wallet window, no fee.",
        "Hier in der Seite signiert: kein Wallet-Fenster, keine Gebühr.";
    wallet_will_ask =
        "Your wallet will ask you to sign this payment. No fee.",
        "Deine Wallet wird dich bitten, diese Zahlung zu signieren. Keine Gebühr.";
    wallet_will_show(total, units) =
        "It will show the total paid so far: {total}, as {units}.",
        "Sie zeigt die bisher gezahlte Summe: {total}, als {units}.";
    they_are_away =
        "The other side is away: what you pay reaches it once it is back.",
        "Die andere Seite ist abwesend: Was du zahlst, erreicht sie, sobald sie wieder da ist.";
    nothing_to_pay_with =
        "You own nothing here yet: you can pay what they pay you, or what you add under “Add money”.",
        "Dir gehört hier noch nichts: Zahlen kannst du, was man dir zahlt oder was du unter „Geld einlegen“ dazugibst.";
    add_memo = "Add a memo", "Notiz hinzufügen";
    memo = "Memo", "Notiz";
    memo_hint =
        "The other side sees it beside the payment; so can the relay.",
        "Die andere Seite sieht sie neben der Zahlung; auch das Relais kann sie sehen.";
    delivery_signing = "Asking the wallet", "Die Wallet wird gefragt";
    waits_uncovered(amount) =
        "{amount} waits until the payer's deposit is confirmed on the chain.",
        "{amount} wartet, bis die Einlage der zahlenden Seite auf der Chain bestätigt ist.";
    waits_stale(amount) =
        "{amount} waits until the chain has been read again.",
        "{amount} wartet, bis die Chain wieder gelesen ist.";
    waits_frozen(amount) =
        "{amount} waits while a close or settlement is under way.",
        "{amount} wartet, solange ein Schließen oder eine Abrechnung läuft.";
    waits_not_joined(amount) =
        "{amount} waits until you join the channel.",
        "{amount} wartet, bis du dem Kanal beitrittst.";
    pay_at_most(amount) =
        "you can pay at most {amount} in this channel",
        "du kannst in diesem Kanal höchstens {amount} zahlen";
    take_out_at_most(amount) =
        "you can take out at most {amount} in this channel",
        "du kannst aus diesem Kanal höchstens {amount} herausnehmen";
    above_payment_limit(limit) =
        "your limit is {limit} per payment: change it in Account, or pay less",
        "dein Limit ist {limit} je Zahlung: Ändere es unter „Konto“ oder zahle weniger";
    above_day_limit(limit, left) =
        "your limit is {limit} a day, of which {left} is left: change it in Account, or pay less",
        "dein Limit ist {limit} am Tag, davon sind {left} übrig: Ändere es unter „Konto“ oder zahle weniger";
    no_random =
        "this browser gives no random numbers; try another one",
        "dieser Browser liefert keine Zufallszahlen; versuche einen anderen";
    they_ask = "They ask to be paid", "Du wirst um Geld gebeten";
    requests_to_you = "Requests to you", "Anfragen an dich";
    without_a_word = "No note", "Ohne Notiz";
    pay_amount(amount) = "Pay {amount}", "{amount} zahlen";
    request = "Request", "Anfordern";
    request_amount = "Amount to request", "Betrag, um den du bittest";
    what_for = "What for", "Wofür";
    can_be_paid_for = "Can be paid within", "Zahlbar binnen";
    can_be_paid(left) = "Expires in {left}", "Noch zahlbar: {left}";
    request_hint =
        "The other side is asked, and pays with one click or not at all.",
        "Die andere Seite wird gefragt und zahlt mit einem Klick oder gar nicht.";
    your_requests = "Your requests", "Deine Anfragen";
    take_back = "Take back", "Zurücknehmen";
    not_paid_in_time = "Not paid in time", "Nicht rechtzeitig bezahlt";
    taken_back = "Taken back", "Zurückgenommen";
    declined = "Declined", "Abgelehnt";
    request_paid = "Paid", "Bezahlt";
    hour = "1 hour", "1 Stunde";
    day = "1 day", "1 Tag";
    week = "7 days", "7 Tage";
    month = "30 days", "30 Tage";
    by_the_second = "Pay by the second", "Im Sekundentakt zahlen";
    a_second(amount) = "{amount} a second", "{amount} je Sekunde";
    stream_share = "Share of what it may pay", "Anteil an dem, was fließen darf";
    stream_paid(paid, most) = "{paid} of at most {most} paid", "{paid} von höchstens {most} gezahlt";
    stream_running =
        "Running. It pauses when they leave or this page is loaded anew.",
        "Läuft. Pausiert, wenn die andere Seite geht oder diese Seite neu geladen wird.";
    pause = "Pause", "Anhalten";
    go_on = "Go on", "Weiter";
    end_stream = "End stream", "Beenden";
    pay_at_most_here(amount) =
        "you can pay {amount} here: enter at most that",
        "du kannst hier {amount} zahlen: Gib höchstens so viel ein";
    each_second = "Each second", "Jede Sekunde";
    at_most_in_all = "At most in all", "Höchstens insgesamt";
    stream_hint(amount) =
        "You can pay {amount} here. What has flowed is theirs.",
        "Du kannst hier {amount} zahlen. Was geflossen ist, gehört der anderen Seite.";
    start = "Start", "Starten";
    paused = "Paused.", "Angehalten.";
    paused_away = "Paused, because the other side is away.", "Angehalten, weil die andere Seite abwesend ist.";
    paused_unwelcome =
        "Paused, because the other side asked you to stop.",
        "Angehalten, weil die andere Seite dich darum gebeten hat.";
    paid_by_the_second = "They pay by the second", "Du wirst im Sekundentakt bezahlt";
    received_since(amount) = "{amount} received in a row", "{amount} hintereinander erhalten";
    ask_to_stop = "Ask to stop", "Um Halt bitten";
    asked_to_stop =
        "Asked. Their page stops, and tells them why; what they have paid is yours.",
        "Gefragt. Die Seite dort hält an und sagt, warum; was gezahlt ist, gehört dir.";
    ask_to_stop_hint =
        "Their page pays you again and again. You can ask it to stop.",
        "Die Seite dort zahlt dir immer wieder. Du kannst darum bitten, dass sie anhält.";
    paused_slept = "Paused, because this window was asleep.", "Angehalten, weil dieses Fenster geschlafen hat.";
    paused_all_paid = "All that it may pay is paid.", "Alles, was fließen darf, ist gezahlt.";
    paused_empty =
        "Paused, because nothing is left that you can pay.",
        "Angehalten, weil nichts mehr übrig ist, das du zahlen kannst.";
    paused_ended =
        "Paused, because this channel takes no payments now.",
        "Angehalten, weil dieser Kanal jetzt keine Zahlungen nimmt.";
    paused_refused(words) = "Paused. {words}", "Angehalten. {words}";
    paused_reloaded = "Paused, because the page was loaded anew.", "Angehalten, weil die Seite neu geladen wurde.";
    add_money = "Add money", "Geld einlegen";
    deposit_amount = "Deposit amount", "Betrag der Einlage";
    deposit = "Deposit", "Einlegen";
    take_out_most(amount) = "you can take out at most {amount} here", "du kannst hier höchstens {amount} herausnehmen";
    take_money_out = "Take money out", "Geld herausnehmen";
    take_out_amount = "Amount to take out", "Betrag zum Herausnehmen";
    take_out_hint(amount) =
        "At most {amount}. The other side has to agree, and sends the transaction; the channel stays open.",
        "Höchstens {amount}. Die andere Seite muss zustimmen und sendet die Transaktion; der Kanal bleibt offen.";
    ask_to_take_out = "Ask to take out", "Um Herausgabe bitten";
    take_out_waiting(amount, left) =
        "You asked to take out {amount}. Waiting for the other side to agree; until then it is on hold. The offer is \
         good for {left}.",
        "Du möchtest {amount} herausnehmen. Die andere Seite muss noch zustimmen; bis dahin ist der Betrag gebunden. \
         Das Angebot gilt noch {left}.";
    take_out_declined(amount, left) =
        "The other side declined your taking out {amount}. It stays on hold for {left}: until then they could still \
         send what you have signed.",
        "Die andere Seite hat abgelehnt, dass du {amount} herausnimmst. Der Betrag bleibt noch {left} gebunden: So \
         lange könnte sie noch senden, was du signiert hast.";
    take_out_expired(amount) =
        "The other side did not agree to your taking out {amount}, and the offer has expired. It is yours to pay again \
         as soon as the chain has certainly passed it.",
        "Die andere Seite hat nicht zugestimmt, dass du {amount} herausnimmst, und das Angebot ist abgelaufen. Du \
         kannst den Betrag wieder zahlen, sobald die Chain sicher darüber hinaus ist.";
    let_them_take_out = "Let them take money out?", "Geld herausgeben?";
    let_out_why =
        "The other side wants to take out money of its own. The channel stays open, and what is yours stays yours. If \
         you agree, you send the transaction and pay its fee.",
        "Die andere Seite möchte eigenes Geld herausnehmen. Der Kanal bleibt offen, und was deins ist, bleibt deins. \
         Stimmst du zu, sendest du die Transaktion und zahlst ihre Gebühr.";
    they_take_out = "They take out", "Die andere Seite nimmt heraus";
    they_own_here = "They own here", "Ihr gehören hier";
    agree_and_send = "Agree and send", "Zustimmen und senden";
    offer_expired =
        "The offer has expired; they can make a new one.",
        "Das Angebot ist abgelaufen; die andere Seite kann ein neues machen.";
    pay_without_windows = "Pay without wallet windows", "Ohne Wallet-Fenster zahlen";
    delegate_why =
        "Your wallet signs each payment in this channel. One signature allows this browser's payment key to sign \
         instead. It covers your whole balance here and holds until the channel ends.",
        "Deine Wallet signiert jede Zahlung in diesem Kanal. Eine Signatur erlaubt dem Zahlungsschlüssel dieses \
         Browsers, es an ihrer Stelle zu tun. Sie gilt für dein ganzes Guthaben hier und bis der Kanal endet.";
    allow_payment_key = "Allow the payment key", "Zahlungsschlüssel erlauben";
    unreachable_yet = "Payments cannot reach you yet", "Zahlungen erreichen dich noch nicht";
    follow_why =
        "The relay shows a channel to its two sides only. One wallet signature lets this browser follow this one. It \
         can read with it, and pay nothing.",
        "Das Relais zeigt einen Kanal nur seinen beiden Seiten. Eine Wallet-Signatur lässt diesen Browser ihm folgen. \
         Er kann damit lesen und nichts zahlen.";
    follow = "Follow this channel", "Diesem Kanal folgen";
    share = "Share", "Teilen";
    copy_code = "Copy code", "Code kopieren";
    channel_link = "Channel link", "Link zum Kanal";
    share_hint =
        "The other side joins with the code or the link. Neither is secret.",
        "Die andere Seite tritt mit dem Code oder dem Link bei. Beides ist nicht geheim.";
    copy_channel_link = "Copy channel link", "Link zum Kanal kopieren";
    qr_of_channel = "QR code of the channel link", "QR-Code des Links zum Kanal";
    other_side = "The other side", "Die andere Seite";
    copy_their_address = "Copy their address", "Ihre Adresse kopieren";
    their_name = "Their name", "Ihr Name";
    name_hint =
        "Kept in this browser and shown to nobody else.",
        "Bleibt in diesem Browser und wird sonst niemandem gezeigt.";
    keep_name = "Keep name", "Namen merken";
    proof = "Proof", "Nachweis";
    evidence_why =
        "A file with the best claims of both sides, their signatures, and the transactions that show them to the hub. \
         With it and any wallet you get what is yours without this page. It holds no key; it is as old as its last \
         payment.",
        "Eine Datei mit den besten Belegen beider Seiten, ihren Signaturen und den Transaktionen, die sie dem Hub \
         vorlegen. Mit ihr und irgendeiner Wallet bekommst du ohne diese Seite, was dir gehört. Sie enthält keinen \
         Schlüssel und ist so alt wie ihre letzte Zahlung.";
    save_evidence = "Save evidence", "Nachweis speichern";
    no_evidence =
        "nothing in this channel is yours yet: join it first",
        "in diesem Kanal gehört dir noch nichts: Tritt ihm erst bei";
    development_chain = "Development chain", "Entwicklungs-Chain";
    blocks = "Blocks", "Blöcke";
    mine_range(most) = "enter a whole number from 1 to {most}", "gib eine ganze Zahl von 1 bis {most} ein";
    mine_hint =
        "Blocks come only when asked for here, or with a transaction.",
        "Blöcke kommen nur, wenn hier danach gefragt wird, oder mit einer Transaktion.";
    mine_blocks = "Mine blocks", "Blöcke erzeugen";
    send_many = "Send many", "Viele senden";
    many_payments = "Payments", "Zahlungen";
    many_each = "Amount of each", "Betrag jeder Zahlung";
    many_hint(most) =
        "At most {most}, one after the other: each is signed and stored before the next.",
        "Höchstens {most}, eine nach der anderen: Jede wird signiert und gespeichert, bevor die nächste kommt.";
    many_send = "Send them", "Senden";
    many_stop = "Stop sending", "Anhalten";
    many_above(all, spendable) =
        "that is {all} in all, and you can pay {spendable} here",
        "das sind {all} zusammen, und hier kannst du {spendable} zahlen";
    many_so_far(paid, of) = "{paid} of {of} are paid.", "{paid} von {of} sind gezahlt.";
    many_stopped = "You stopped it.", "Du hast es angehalten.";
    many_none = "Nothing was paid.", "Gezahlt wurde nichts.";
    many_pace(payments, seconds, rate) =
        "{payments} in {seconds} s: {rate} a second.",
        "{payments} in {seconds} s: {rate} in der Sekunde.";
}
