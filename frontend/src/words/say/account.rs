//! The account's dialog: key, limits, backups.

sentences! {
    account = "Account", "Konto";
    copy_address = "Copy address", "Adresse kopieren";
    qr_of_address = "QR code of your address", "QR-Code deiner Adresse";
    payment_key = "Payment key", "Zahlungsschlüssel";
    hub = "Hub", "Hub";
    payment_key_why =
        "The payment key lives in this browser and can pay with all the money in your open channels, so keep there \
         only what you would carry in your pocket. It is made from a signature of your wallet; losing it loses no \
         money.",
        "Der Zahlungsschlüssel lebt in diesem Browser und kann alles Geld in deinen offenen Kanälen ausgeben; halte \
         dort nur, was du auch in der Tasche tragen würdest. Er entsteht aus einer Signatur deiner Wallet; wer ihn \
         verliert, verliert kein Geld.";
    disconnect = "Disconnect", "Trennen";
    key_risk = "If the payment key is stolen", "Wenn der Zahlungsschlüssel gestohlen wird";
    key_risks(amounts) =
        "Whoever steals this browser's payment key can spend at most {amounts} of yours in your channels, and pay it to their \
         other sides only. The deposits of open sessions come on top: they can go to their providers.",
        "Wer den Zahlungsschlüssel dieses Browsers stiehlt, kann in deinen Kanälen höchstens {amounts} von dir ausgeben, und nur an \
         deren Gegenseiten. Die Einlagen offener Sitzungen kommen hinzu: Sie können an deren Anbieter gehen.";
    key_risks_nothing =
        "Whoever steals this browser's payment key can spend nothing in channels: it signs in no open one that has money of yours. \
         The deposits of open sessions can go to their providers.",
        "Wer den Zahlungsschlüssel dieses Browsers stiehlt, kann in Kanälen nichts ausgeben: Er signiert in keinem offenen, in \
         dem Geld von dir ist. Die Einlagen offener Sitzungen können an deren Anbieter gehen.";
    key_limited(amounts) =
        "By itself, with your limit for a day, this app pays at most {amounts} more today. A thief is not held by limits: the \
         hub does not know them.",
        "Von selbst zahlt diese App mit deinem Limit am Tag heute höchstens noch {amounts}. Einen Dieb halten Limits nicht \
         auf: Der Hub kennt sie nicht.";
    key_for_good =
        "The key does not expire and cannot be revoked: if somebody else may have it, end the channels and sessions that it signs in.",
        "Der Schlüssel läuft nicht ab und lässt sich nicht widerrufen: Hat ihn vielleicht jemand anderes, beende die Kanäle \
         und Sitzungen, in denen er signiert.";
    key_limits = "Limits of the payment key", "Limits des Zahlungsschlüssels";
    limits_for = "Limits for", "Limits für";
    paid_today(amount) = "{amount} paid today (UTC).", "{amount} heute gezahlt (UTC).";
    limit_per_payment = "Limit per payment", "Limit je Zahlung";
    limit_per_day = "Limit per day", "Limit am Tag";
    none = "none", "keines";
    set_limits = "Set limits", "Limits setzen";
    no_limits =
        "No limits: the payment key can pay all that is in your channels.",
        "Keine Limits: Der Zahlungsschlüssel kann alles zahlen, was in deinen Kanälen ist.";
    limits_hold =
        "Limits hold. Payments that your wallet signs itself are not limited.",
        "Limits gelten. Zahlungen, die deine Wallet selbst signiert, sind nicht begrenzt.";
    backup = "Backup", "Sicherung";
    export_a_backup = "Export a backup", "Sicherung exportieren";
    new_password = "New password for the backup", "Neues Passwort für die Sicherung";
    export_hint =
        "Claims, payment key and history go into one file that only this password opens. Keep both, and to yourself; a backup is as old \
         as its last payment.",
        "Belege, Zahlungsschlüssel und Verlauf kommen in eine Datei, die nur dieses Passwort öffnet. Bewahre beides \
         auf, und für dich; eine Sicherung ist so alt wie ihre letzte Zahlung.";
    no_backup_yet = "No backup was made in this browser yet.", "In diesem Browser wurde noch keine Sicherung gemacht.";
    backup_is_old = "Something has happened since the last backup.", "Seit der letzten Sicherung ist etwas geschehen.";
    export_backup = "Export backup", "Exportieren";
    encrypting = "Encrypting…", "Wird verschlüsselt …";
    backup_downloaded =
        "The backup was handed to your browser as a download.",
        "Die Sicherung wurde deinem Browser als Download übergeben.";
    choose_file = "choose the backup's file first", "wähle erst die Datei der Sicherung";
    import_a_backup = "Import a backup", "Sicherung importieren";
    backup_file = "Backup file", "Datei der Sicherung";
    backup_password = "Password of the backup", "Passwort der Sicherung";
    import_hint =
        "What is newer here stays; what is newer in the backup is taken.",
        "Was hier neuer ist, bleibt; was in der Sicherung neuer ist, wird übernommen.";
    import_backup = "Import backup", "Importieren";
    opening_backup = "Opening the backup…", "Sicherung wird geöffnet …";
    other_payment_key(key) =
        "this backup's payment key ({key}) is not this browser's: import it in a browser, or a browser profile, in \
         which payments are not set up yet",
        "der Zahlungsschlüssel dieser Sicherung ({key}) ist nicht der dieses Browsers: Importiere sie in einem Browser \
         oder Browserprofil, in dem Zahlungen noch nicht eingerichtet sind";
    cannot_save =
        "this browser does not let the page save a file",
        "dieser Browser lässt die Seite keine Datei speichern";
    file_too_large = "this file is far too large to be a backup", "diese Datei ist viel zu groß für eine Sicherung";
    file_unreadable =
        "this file cannot be read; choose it again",
        "diese Datei ist nicht lesbar; wähle sie noch einmal";
    no_encryption =
        "this browser offers no encryption here: open the page over https or at http://localhost",
        "dieser Browser bietet hier keine Verschlüsselung: Öffne die Seite über https oder unter http://localhost";
}
