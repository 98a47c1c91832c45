//! The presenter's page: the tour, the controls, the room.

sentences! {
    thunder_live = "Thunder, live", "Thunder, live";
    block_is(block) = "Block {block}", "Block {block}";
    stage_asleep = "Asleep", "Schläft";
    stage_connected = "Connected", "Verbunden";
    stage_connecting = "Connecting…", "Verbindet …";
    stage_starting = "Starting…", "Startet …";
    whose_window(name) = "{name}'s window", "Fenster von {name}";
    play_again = "Play again", "Noch einmal";
    next = "Next", "Weiter";
    done = "Done", "Erledigt";
    step_of(step, all) = "Step {step} of {all}", "Schritt {step} von {all}";
    controls = "Controls", "Bedienung";
    fund = "Fund", "Geld geben";
    mine_1 = "Mine 1", "1 Block";
    mine_100 = "Mine 100", "100 Blöcke";
    reset = "Reset", "Von vorn";
    reset_sure = "Really reset", "Wirklich von vorn";
    invite_the_room = "Invite the room", "Publikum einladen";
    channel_with_alice = "A channel with Alice", "Ein Kanal mit Alice";
    qr_of_room = "QR code of the room's link", "QR-Code des Links für das Publikum";
    copy_room_link = "Copy the room's link", "Link für das Publikum kopieren";
    whoever_opens =
        "Whoever opens this gets a wallet with 1,000 THD, and a form that opens a channel with Alice.",
        "Wer das öffnet, bekommt eine Wallet mit 1.000 THD und ein Formular, das einen Kanal mit Alice öffnet.";
    alices_invitation =
        "Alice's invitation, for who has a wallet of their own:",
        "Alices Einladung, für alle mit eigener Wallet:";
    copy_alices_invitation = "Copy Alice's invitation", "Alices Einladung kopieren";
    reach_insecure =
        "This page came over plain http. On another machine a browser gives it neither locks nor keys, so the link \
         opens there and then stops. Start the demo with --tls, and open this page by its https address.",
        "Diese Seite kam über einfaches http. Auf einem anderen Gerät gibt ein Browser ihr weder Sperren noch \
         Schlüssel; der Link öffnet sich dort und kommt dann nicht weiter. Starte die Vorführung mit --tls und öffne \
         diese Seite unter ihrer https-Adresse.";
    reach_machine =
        "This address is good on this machine only. For somebody in the room start the demo with --tls, and open this \
         page by its https address.",
        "Diese Adresse gilt nur auf diesem Gerät. Für das Publikum starte die Vorführung mit --tls und öffne diese \
         Seite unter ihrer https-Adresse.";
    no_old_total =
        "Alice has paid nothing in this channel yet, so she has no old total to close with",
        "Alice hat in diesem Kanal noch nichts gezahlt, also hat sie keine alte Summe, mit der sie schließen könnte";
    window_cannot_play(name, words) =
        "{name}'s window cannot play: {words}",
        "das Fenster von {name} kann nicht mitspielen: {words}";
    window_starting(name) = "{name}'s window is still starting", "das Fenster von {name} startet noch";
    no_channel_yet =
        "there is no channel between Alice and Bob yet",
        "zwischen Alice und Bob gibt es noch keinen Kanal";
    open_in_browser_elsewhere =
        "it is open elsewhere in this browser; take it over there, or reset",
        "das Konto ist anderswo in diesem Browser offen; übernimm es dort, oder beginne von vorn";
    no_wallet_there = "no wallet is connected there", "dort ist keine Wallet verbunden";
    window_silent = "the window does not answer: reload this page", "das Fenster antwortet nicht: Lade diese Seite neu";
    development_only = "this is possible on a development chain only", "das geht nur auf einer Entwicklungs-Chain";
    no_faucet =
        "the chain has no account of its own to pay the faucet with",
        "die Chain hat kein eigenes Konto, aus dem sie Geld geben könnte";
    all_rounds_played =
        "every round has been played on this chain: start the demo with --fresh",
        "auf dieser Chain wurde jede Runde gespielt: Starte die Vorführung mit --fresh";
    tour_fund =
        "Alice and Bob each have a wallet of their own. The local chain's faucet gives both 1,000 Thunder Dollars.",
        "Alice und Bob haben je eine eigene Wallet. Die lokale Chain schenkt beiden 1.000 Thunder Dollars.";
    act_fund = "Fund both", "Beiden Geld geben";
    tour_open =
        "Alice locks 100 in a channel with Bob. That is one transaction, and until they end it needs no other.",
        "Alice schließt 100 in einen Kanal mit Bob ein. Das ist eine Transaktion, und bis zum Ende braucht es keine \
         weitere.";
    act_open = "Open the channel", "Kanal öffnen";
    tour_join =
        "Bob joins. No transaction and no deposit: Alice opened it with the key that his link carries.",
        "Bob tritt bei. Ohne Transaktion und ohne Einlage: Alice hat mit dem Schlüssel aus seinem Link geöffnet.";
    act_join = "Bob joins", "Bob tritt bei";
    tour_pay =
        "Alice pays 20. One signature, one message: Bob has it at once, without a fee or a block.",
        "Alice zahlt 20. Eine Signatur, eine Nachricht: Bob hat es sofort, ohne Gebühr und ohne Block.";
    act_pay = "Alice pays 20", "Alice zahlt 20";
    tour_back =
        "Bob pays 5 back. Each side signs one number, what it has paid in total, and only the highest counts.",
        "Bob zahlt 5 zurück. Jede Seite signiert eine Zahl, nämlich was sie insgesamt gezahlt hat, und nur die höchste \
         zählt.";
    act_back = "Bob pays 5", "Bob zahlt 5";
    tour_burst =
        "Alice pays twenty times, 0.25 each. Still no block, and each side keeps just one claim of the other's.",
        "Alice zahlt zwanzigmal je 0,25. Noch immer kein Block, und jede Seite behält nur einen Beleg der anderen.";
    act_burst = "Pay twenty times", "Zwanzigmal zahlen";
    tour_sleep =
        "Bob closes his laptop. His window is cut off from the relay and from the chain.",
        "Bob klappt den Laptop zu. Sein Fenster ist von Relais und Chain getrennt.";
    act_sleep = "Put Bob to sleep", "Bob schlafen legen";
    tour_meanwhile =
        "Alice pays 15 more. Bob is away, so the relay keeps her claim for him. It can delay it, never take it.",
        "Alice zahlt noch 15. Bob ist weg, also verwahrt das Relais ihren Beleg für ihn. Es kann ihn verzögern, nie \
         nehmen.";
    act_meanwhile = "Alice pays 15", "Alice zahlt 15";
    tour_cheat =
        "Now Alice cheats: she closes the channel and says that she paid 20. It was 40.",
        "Jetzt betrügt Alice: Sie schließt den Kanal und behauptet, sie habe 20 gezahlt. Es waren 40.";
    act_cheat = "Let Alice cheat", "Alice betrügen";
    tour_wake =
        "Bob wakes up. A close can be answered for 100 blocks, and his window says at once that he must.",
        "Bob wacht auf. Auf ein Schließen kann man 100 Blöcke lang antworten, und sein Fenster sagt sofort, dass er es \
         muss.";
    act_wake = "Wake Bob", "Bob wecken";
    tour_claim =
        "Bob shows the hub Alice's own signature for 40. One transaction corrects her, and the wait grows by nothing.",
        "Bob legt dem Hub Alices eigene Signatur über 40 vor. Eine Transaktion berichtigt sie, und die Wartezeit \
         wächst um nichts.";
    act_claim = "Bob claims", "Bob legt vor";
    tour_settle =
        "The 100 blocks pass and anybody may settle. Alice gets 65 and Bob 35: every payment counted, the lie did not.",
        "Die 100 Blöcke vergehen, und jeder darf abrechnen. Alice bekommt 65 und Bob 35: Jede Zahlung hat gezählt, die \
         Lüge nicht.";
    act_settle = "Mine and settle", "Blöcke und abrechnen";
}
