//! The list of channels, joining, and opening a new one.

sentences! {
    offered_to_you = "Offered to you", "Dir angeboten";
    put_in = "put in", "legt ein:";
    no_channels = "No channels yet", "Noch keine Kanäle";
    no_channels_more =
        "In a channel two people lock money and pay each other with it. Ask somebody for their link and open one under \
         “New channel”; or give them yours, from “Get paid”, and join what they open.",
        "In einem Kanal schließen zwei Menschen Geld ein und bezahlen damit einander. Lass dir von jemandem den Link \
         geben und öffne unter „Neuer Kanal“ einen; oder gib deinen weiter, unter „Geld bekommen“, und tritt dem bei, \
         was die andere Seite öffnet.";
    your_channels = "Your channels", "Deine Kanäle";
    paid_to_you = "paid to you", "an dich ausgezahlt";
    join_code(code) = "Join {code}", "{code} beitreten";
    in_your_wallet = "In your wallet", "In deiner Wallet";
    get_play_money = "Get play money", "Spielgeld holen";
    play_money_why =
        "This account lacks money to try things out with. On this chain, for development, there is play money for everybody.",
        "Diesem Konto fehlt Geld zum Ausprobieren. Auf dieser Chain, die der Entwicklung dient, gibt es Spielgeld für alle.";
    play_money_given(amounts) = "You were given play money: {amounts}.", "Du hast Spielgeld bekommen: {amounts}.";
    get_paid = "Get paid", "Geld bekommen";
    your_link = "Your link", "Dein Link";
    your_link_hint =
        "Give it to whoever is to pay you: it opens a channel with you. It is no secret.",
        "Gib ihn dem, der dich bezahlen soll: Er öffnet einen Kanal mit dir. Er ist nicht geheim.";
    copy_your_link = "Copy your link", "Deinen Link kopieren";
    qr_of_your_link = "QR code of your link", "QR-Code deines Links";
    no_such_channel =
        "no channel of yours has this link or code. If it was opened just now, wait for its block and try again; if \
         not, ask for the link again",
        "keiner deiner Kanäle hat diesen Link oder Code. Wurde er eben erst geöffnet, warte auf seinen Block und \
         versuche es erneut; sonst lass dir den Link noch einmal geben";
    join = "Join", "Beitreten";
    link_or_code = "Channel link or code", "Link oder Code des Kanals";
    link_or_code_hint =
        "Whoever opened a channel with you finds both in it, under “Share”.",
        "Wer mit dir einen Kanal geöffnet hat, findet beides darin unter „Teilen“.";
    join_channel = "Join channel", "Kanal beitreten";
    waiting_for_you = "Waiting for you", "Wartet auf dich";
    payout_kept =
        "A payout could not be pushed to you. The hub keeps it.",
        "Eine Auszahlung konnte dir nicht zugestellt werden. Der Hub verwahrt sie.";
    collect(amount) = "Collect {amount}", "{amount} abholen";
    counterparty = "Counterparty", "Gegenseite";
    or_their_link = "0x… or their link", "0x… oder ihr Link";
    deposit_label = "Deposit", "Einlage";
    currency = "Currency", "Währung";
    finalization_period = "Finalization period", "Einspruchsfrist";
    policy = "Policy", "Regel";
    refute = "Refute", "Berichtigen";
    forfeit = "Forfeit", "Verfall";
    sign_by_wallet = "Sign each payment with the wallet", "Jede Zahlung mit der Wallet signieren";
    sign_by_wallet_hint =
        "Slower, but the payment key of this browser cannot spend what is in this channel.",
        "Langsamer, aber der Zahlungsschlüssel dieses Browsers kann nicht ausgeben, was in diesem Kanal ist.";
    what_will_happen = "What will happen", "Was geschehen wird";
    opening_it = "Opening…", "Wird geöffnet …";
    open_channel = "Open channel", "Kanal öffnen";
    own_rules = "Rules of the channel: not the usual ones", "Regeln des Kanals: nicht die üblichen";
    usual_rules = "Rules of the channel: the usual ones are set", "Regeln des Kanals: Die üblichen sind eingestellt";
    period_hint =
        "How long a higher claim can be shown after a one-sided close.",
        "So lange kann nach einseitigem Schließen ein höherer Beleg vorgelegt werden.";
    address_alone =
        "An address alone: they will pay back with wallet signatures or allow their payment key once. Their link is \
         better.",
        "Nur eine Adresse: Die andere Seite zahlt mit Wallet-Signaturen zurück oder erlaubt einmal ihren \
         Zahlungsschlüssel. Ihr Link ist besser.";
    best_is_link =
        "Best is their link, from “Get paid” in their window: it carries their payment key too.",
        "Am besten ist ihr Link, in ihrem Fenster unter „Geld bekommen“: Er enthält auch ihren Zahlungsschlüssel.";
    link_of(who) = "The link of {who}, with their payment key.", "Der Link von {who}, mit Zahlungsschlüssel.";
    fill_in =
        "Fill in the form, and this says what you are about to do.",
        "Fülle das Formular aus, dann steht hier, was du gleich tust.";
    each_by_wallet = "Each payment is signed with your wallet.", "Jede Zahlung wird mit deiner Wallet signiert.";
    no_wallet_window =
        "Payments need no wallet window and cost nothing.",
        "Zahlungen brauchen kein Wallet-Fenster und kosten nichts.";
    plan(amount, who, signing, ticks, time) =
        "One transaction locks {amount} of yours in a channel with {who}. {signing} You get back what you have not \
         paid: at once if both agree, otherwise {ticks} ({time}) after a close.",
        "Eine Transaktion schließt {amount} von dir in einen Kanal mit {who} ein. {signing} Was du nicht gezahlt hast, \
         bekommst du zurück: sofort, wenn beide zustimmen, sonst nach Ablauf der Frist: {ticks} ({time}) nach dem \
         Schließen.";
    opened_with_you = "This channel was opened with you", "Dieser Kanal wurde mit dir geöffnet";
    join_terms(amount, ticks, time) =
        "They put in {amount}. After a one-sided close there are {ticks} ({time}) to show a higher claim.",
        "Die andere Seite hat {amount} eingelegt. Nach einseitigem Schließen bleibt Zeit, einen höheren Beleg \
         vorzulegen: {ticks} ({time}).";
    joining_free =
        "Joining costs nothing and sends no transaction.",
        "Beitreten kostet nichts und sendet keine Transaktion.";
    joining_delegates =
        "Joining costs nothing and sends no transaction. Your wallet asks for one signature, so that later payments \
         need none.",
        "Beitreten kostet nichts und sendet keine Transaktion. Deine Wallet bittet um eine Signatur, damit spätere \
         Zahlungen keine brauchen.";
    joining_follows =
        "Joining costs nothing and sends no transaction. Your wallet asks for one signature, which lets this browser \
         follow the channel; your payments here are signed with the wallet.",
        "Beitreten kostet nichts und sendet keine Transaktion. Deine Wallet bittet um eine Signatur, mit der dieser \
         Browser dem Kanal folgen kann; deine Zahlungen hier werden mit der Wallet signiert.";
    join_this = "Join this channel", "Diesem Kanal beitreten";
    policy_refute =
        "Whoever closes and understates what they paid is corrected by a higher claim.",
        "Wer schließt und zu wenig angibt, wird durch einen höheren Beleg berichtigt.";
    policy_forfeit =
        "Whoever closes and understates what they paid loses the whole channel to the other side.",
        "Wer schließt und zu wenig angibt, verliert den ganzen Kanal an die andere Seite.";
    enter_counterparty =
        "enter the other person's address, or paste the link they gave you",
        "gib die Adresse der anderen Person ein oder füge den Link ein, den sie dir gegeben hat";
    is_channel_link =
        "this link leads to a channel that is open already: enter it under “Join” on the page Channels",
        "dieser Link führt zu einem Kanal, der schon offen ist: Gib ihn auf der Seite „Kanäle“ unter „Beitreten“ ein";
    own_address =
        "this is your own address: enter the other person's",
        "das ist deine eigene Adresse: Gib die der anderen Person ein";
    period_range(least, most) =
        "the period must be from {least} to {most}",
        "die Frist muss zwischen {least} und {most} liegen";
    period_whole = "enter the period as a whole number", "gib die Frist als ganze Zahl ein";
    bar(yours, who, theirs) = "You own {yours}, {who} owns {theirs}", "Dir gehören {yours}, {who} gehören {theirs}";
}
