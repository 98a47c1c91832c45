//! What is said in many places.

sentences! {
    you = "You", "Du";
    decline = "Decline", "Ablehnen";
    cancel = "Cancel", "Abbrechen";
    close = "Close", "Schließen";
    back = "Back", "Zurück";
    you_get = "You get", "Du bekommst";
    they_get = "They get", "Die andere Seite bekommt";
    working = "Working…", "Wird erledigt …";
    waiting_for_transaction = "Waiting for the transaction…", "Warten auf die Transaktion …";
    try_again = "Try again", "Erneut versuchen";
    channels = "Channels", "Kanäle";
    new_channel = "New channel", "Neuer Kanal";
    activity = "Activity", "Verlauf";
    wallet = "Wallet", "Wallet";
    in_explorer = "In the block explorer", "Im Block-Explorer";
    offer_good_for(left) = "The offer is good for {left}.", "Das Angebot gilt noch {left}.";
    amount_above_zero = "enter an amount above zero", "gib einen Betrag über null ein";
    wallet_has_at_most(amount) =
        "your wallet has {amount}: enter at most that",
        "deine Wallet hat {amount}: gib höchstens so viel ein";
    wallet_has(amount) = "Your wallet has {amount}.", "Deine Wallet hat {amount}.";
    copy_hash = "Copy hash", "Hash kopieren";
    wallet_asks_once = "Your wallet asks once, for one transaction.", "Deine Wallet fragt einmal, nach einer Transaktion.";
    wallet_asks_twice =
        "Your wallet asks twice: for a signature (or an approving transaction) that lets the amount be taken, and for the \
         transaction.",
        "Deine Wallet fragt zweimal: nach einer Signatur (oder genehmigenden Transaktion), mit der der Betrag genommen \
         werden darf, und nach der Transaktion.";
    network_fee(about) = "Network fee: about {about}.", "Netzgebühr: etwa {about}.";
    lacks_fee(has, about) =
        "This account has {has}; the network's fee is about {about}.",
        "Dieses Konto hat {has}; die Netzgebühr ist etwa {about}.";
    lacks_sum(has, needed) =
        "This account has {has}, and with the network's fee about {needed} is needed.",
        "Dieses Konto hat {has}, und mit der Netzgebühr braucht es etwa {needed}.";
    reading_the_chain = "Reading the chain…", "Die Chain wird gelesen …";
    all_channels = "All channels", "Alle Kanäle";
    no_such_page = "There is no such page", "Diese Seite gibt es nicht";
    ambiguous(separator, decimal, example) =
        "“{separator}” is not clear here: write the digits without anything between thousands and with “{decimal}” \
         before decimals, such as {example}",
        "„{separator}“ ist hier nicht eindeutig: Schreibe die Ziffern ohne etwas zwischen den Tausendern und mit \
         „{decimal}“ vor den Nachkommastellen, zum Beispiel {example}";
    twofold(typed, small, large) =
        "“{typed}” can be read in two ways: write {small} or {large}",
        "„{typed}“ lässt sich auf zwei Arten lesen: Schreibe {small} oder {large}";
}
