//! From the list of wallets to a seat: connecting, choosing an account, setting up payments.

sentences! {
    hero_line = "Pay each other instantly.", "Bezahlt einander sofort.";
    hero_more =
        "Lock money once, pay as often as you like without fees or waiting, and take it out when you are done.",
        "Einmal Geld einschließen, so oft zahlen wie du willst, ohne Gebühren und ohne Warten, und am Ende wieder \
         herausnehmen.";
    connect_a_wallet = "Connect a wallet", "Wallet verbinden";
    link_opens_then = "Your link opens once you are connected.", "Dein Link öffnet sich, sobald du verbunden bist.";
    wallets = "Wallets", "Wallets";
    asking_wallet(wallet) =
        "Asking {wallet} for your account… Look at its window.",
        "{wallet} wird nach deinem Konto gefragt … Sieh in ihr Fenster.";
    no_wallet = "No wallet was found in this browser.", "In diesem Browser wurde keine Wallet gefunden.";
    install_wallet =
        "Install a wallet extension such as MetaMask, then open this page on localhost or over https. Wallets appear \
         here by themselves.",
        "Installiere eine Wallet-Erweiterung wie MetaMask und öffne diese Seite auf localhost oder über https. Wallets \
         erscheinen hier von selbst.";
    used_last = "Used last", "Zuletzt benutzt";
    import_key = "Import a key or seed phrase", "Schlüssel oder Merkwörter importieren";
    key_or_phrase = "Private key or seed phrase", "Privater Schlüssel oder Merkwörter";
    import_warning =
        "For this local chain only. Never type the key of an account that owns real money.",
        "Nur für diese lokale Chain. Gib nie den Schlüssel eines Kontos ein, dem echtes Geld gehört.";
    import = "Import", "Importieren";
    browser_wallet = "Browser wallet", "Browser-Wallet";
    note_public_key =
        "To try things out with play money: everybody knows its key",
        "Zum Ausprobieren mit Spielgeld: Ihren Schlüssel kennt jeder";
    note_imported_key = "Development wallet: an imported key", "Entwicklungs-Wallet: ein importierter Schlüssel";
    note_window_key = "Development wallet: a key of this window", "Entwicklungs-Wallet: ein Schlüssel dieses Fensters";
    imported_key = "Imported key", "Importierter Schlüssel";
    guest = "Guest", "Gast";
    choose_account = "Choose an account", "Konto wählen";
    several_accounts =
        "Your wallet gives this page several. This window stays with the one you choose.",
        "Deine Wallet gibt dieser Seite mehrere. Dieses Fenster bleibt bei dem, das du wählst.";
    use_account(address) = "Use {address}", "{address} benutzen";
    set_up_payments = "Set up payments", "Zahlungen einrichten";
    set_up_why =
        "One signature of your wallet makes a payment key for this browser. From then on paying is one click: no \
         wallet window, no fee. The signature costs nothing and moves no money.",
        "Eine Signatur deiner Wallet erzeugt einen Zahlungsschlüssel für diesen Browser. Danach ist Zahlen ein Klick: \
         kein Wallet-Fenster, keine Gebühr. Die Signatur kostet nichts und bewegt kein Geld.";
    what_you_sign = "What you sign", "Was du signierst";
    sign_for = "for", "für";
    sign_statement = "statement", "Erklärung";
    on_chain(what, id) = "{what} on chain {id}", "{what} auf Chain {id}";
    statement_meaning = "Sign this only in Thunder. Whoever has this signature can pay with the money in your channels.",
        "Das heißt: Signiere das nur in Thunder. Wer diese Signatur hat, kann mit dem Geld in deinen Kanälen zahlen.";
    sign_in_wallet = "Look at your wallet: sign the statement.", "Sieh in deine Wallet: Signiere die Erklärung.";
    import_instead = "Import a backup instead", "Stattdessen eine Sicherung importieren";
    development_keys_only =
        "keys are imported on a development chain only: use a wallet here",
        "Schlüssel werden nur auf einer Entwicklungs-Chain importiert: Benutze hier eine Wallet";
    gave_no_account =
        "the wallet gave this page no account; allow one and try again",
        "die Wallet hat dieser Seite kein Konto gegeben; erlaube eines und versuche es erneut";
    wallet_is_locked =
        "your wallet gives this page no account: unlock it, then choose it again",
        "deine Wallet gibt dieser Seite kein Konto: Entsperre sie und wähle sie dann noch einmal";
    key_unreadable =
        "the payment key that is stored here cannot be read",
        "der hier gespeicherte Zahlungsschlüssel ist nicht lesbar";
    half_imported(words) =
        "The payment key was taken from the backup, the rest was not: {words}. Import it again in Account",
        "Der Zahlungsschlüssel wurde aus der Sicherung übernommen, der Rest nicht: {words}. Importiere sie unter \
         „Konto“ noch einmal";
    key_not_repeated =
        "Your wallet gave another payment key than before: it does not repeat its signatures. Channels opened with the \
         former key can still be closed, claimed and settled with the wallet.",
        "Deine Wallet hat einen anderen Zahlungsschlüssel ergeben als zuvor: Sie wiederholt ihre Signaturen nicht. \
         Kanäle mit dem früheren Schlüssel kannst du mit der Wallet weiterhin schließen, belegen und abrechnen.";
    storage_may_be_cleared =
        "This browser may clear what Thunder keeps in it. To be sure, export a backup in Account.",
        "Dieser Browser kann löschen, was Thunder in ihm aufbewahrt. Um sicherzugehen, exportiere unter „Konto“ eine \
         Sicherung.";
    nothing_kept =
        "this browser keeps nothing for this page (private window?)",
        "dieser Browser bewahrt für diese Seite nichts auf (privates Fenster?)";
    no_locks =
        "this browser has no locks between windows (Web Locks): use a newer one",
        "dieser Browser kennt keine Sperren zwischen Fenstern (Web Locks): nimm einen neueren";
    not_secure =
        "open this page over https or on localhost: elsewhere the browser gives it neither locks nor keys",
        "öffne diese Seite über https oder auf localhost: Anderswo gibt der Browser ihr weder Sperren noch Schlüssel";
    lock_refused =
        "the browser refused the lock for this account",
        "der Browser hat die Sperre für dieses Konto verweigert";
    guest_without_account = "the guest has no account", "der Gast hat kein Konto";
    part_without_wallet = "this part has no wallet", "diese Rolle hat keine Wallet";
    takes_no_cues = "this window takes no cues", "dieses Fenster nimmt keine Stichwörter an";
    window_knows_no_channel = "this window does not know the channel", "dieses Fenster kennt den Kanal nicht";
}
