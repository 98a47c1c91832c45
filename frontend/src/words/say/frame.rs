//! Around the pages: header, banners, and what stands in place of a page.

sentences! {
    starting = "Thunder is starting…", "Thunder startet …";
    cannot_start = "Thunder cannot start", "Thunder kann nicht starten";
    cannot_go_on = "Thunder cannot go on", "Thunder kann nicht weitermachen";
    demo_elsewhere =
        "The demo is for development chains, and this is none.",
        "Die Vorführung gibt es nur auf Entwicklungs-Chains, und das hier ist keine.";
    open_thunder = "Open Thunder", "Thunder öffnen";
    skip = "Skip to the page", "Zum Inhalt springen";
    opening_channels = "Opening your channels…", "Deine Kanäle werden geöffnet …";
    back_to_wallets = "Back to the wallets", "Zurück zu den Wallets";
    link_incomplete =
        "The link is not complete. Your channels are one click away.",
        "Der Link ist unvollständig. Zu deinen Kanälen ist es ein Klick.";
    reload = "Reload", "Neu laden";
    newer_app =
        "A newer version of Thunder is there. Your money and your payments stay as they are.",
        "Eine neuere Version von Thunder ist da. Dein Geld und deine Zahlungen bleiben, wie sie sind.";
    other_world =
        "Another chain answers at the app's address than the one this page was opened for. Nothing is read or signed. \
         If the local chain was started anew, reload the page.",
        "Unter der Adresse der App antwortet eine andere Chain als die, für die diese Seite geöffnet wurde. Nichts \
         wird gelesen oder signiert. Wurde die lokale Chain neu gestartet, lade die Seite neu.";
    not_stored(words) =
        "Your browser could not store the last step, so nothing was sent: {words}",
        "Dein Browser konnte den letzten Schritt nicht speichern, deshalb wurde nichts gesendet: {words}";
    cancel_request = "Cancel request", "Anfrage abbrechen";
    look_at_wallet(what) = "Look at your wallet: {what}.", "Sieh in deine Wallet: {what}.";
    discard = "Discard old data", "Alte Daten verwerfen";
    discard_for_good = "Discard for good", "Endgültig verwerfen";
    set_aside =
        "Data of an earlier chain was set aside: this chain began anew and its channels are gone with it.",
        "Daten einer früheren Chain wurden beiseitegelegt: Diese Chain hat neu begonnen, und die Kanäle sind mit ihr \
         verschwunden.";
    switch_network = "Switch network", "Netzwerk wechseln";
    wrong_network(found, network, wanted) =
        "Your wallet is on another network (chain {found}). Thunder's hub is on {network} (chain {wanted}). Opening, \
         closing and claiming need the right network.",
        "Deine Wallet ist in einem anderen Netzwerk (Chain {found}). Thunders Hub ist auf {network} (Chain {wanted}). \
         Zum Öffnen, Schließen und Belegen braucht es das richtige Netzwerk.";
    switch_back = "Switch back", "Zurückwechseln";
    other_account(other, own) =
        "Your wallet has switched to another account ({other}). This window stays with {own}.",
        "Deine Wallet hat zu einem anderen Konto gewechselt ({other}). Dieses Fenster bleibt bei {own}.";
    no_account(own) =
        "Your wallet gives this page no account: it is locked, or has switched to another one. Unlock it, or switch back. This window stays with {own}.",
        "Deine Wallet gibt dieser Seite kein Konto: Sie ist gesperrt oder hat zu einem anderen gewechselt. Entsperre sie, oder wechsle zurück. Dieses Fenster bleibt bei {own}.";
    chain_unreachable =
        "The chain cannot be reached. What you see may be old; payments wait until it answers.",
        "Die Chain ist nicht erreichbar. Was du siehst, kann veraltet sein; Zahlungen warten, bis sie antwortet.";
    asleep =
        "Asleep: this window is cut off from the relay and from the chain, as behind a closed lid.",
        "Schläft: Dieses Fenster ist von Relais und Chain getrennt, wie hinter einem zugeklappten Deckel.";
    relay_offline =
        "The relay is not connected; trying again. Payments you make are stored here and delivered once it is back.",
        "Das Relais ist nicht verbunden; es wird weiter versucht. Deine Zahlungen werden hier gespeichert und \
         zugestellt, sobald es zurück ist.";
    unsure(channel) =
        "{channel}: this copy may be older than another one. Nothing is signed until the relay has confirmed it.",
        "{channel}: Diese Kopie könnte älter sein als eine andere. Bis das Relais sie bestätigt hat, wird nichts \
         signiert.";
    nobody_plays = "nobody plays in this window yet", "in diesem Fenster spielt noch niemand";
    main_navigation = "Main", "Hauptmenü";
    not_audited =
        "Nobody outside has audited Thunder: put in only what you could lose.",
        "Thunder wurde von niemandem außerhalb geprüft: Lege nur ein, was du verlieren könntest.";
    play_money = "Money here is play money", "Das Geld hier ist Spielgeld";
    account_of(address) = "Account {address}", "Konto {address}";
    colour_theme = "Colour theme", "Farbschema";
    colour_theme_is(theme) = "Colour theme: {theme}", "Farbschema: {theme}";
    theme_system = "system", "System";
    theme_light = "light", "hell";
    theme_dark = "dark", "dunkel";
    theme_projector = "projector", "Projektor";
    language = "Language", "Sprache";
    notifications = "Notifications", "Benachrichtigungen";
    dismiss = "Dismiss", "Ausblenden";
    copy = "Copy", "Kopieren";
    copied = "Copied", "Kopiert";
    select_and_copy = "Select and copy it", "Markieren und kopieren";
    nothing_happened = "Nothing has happened in this window yet.", "In diesem Fenster ist noch nichts geschehen.";
    open_elsewhere = "Open in another window", "In einem anderen Fenster offen";
    taken_over(who) =
        "Another window of this browser took {who} over. This one signs nothing any more.",
        "Ein anderes Fenster dieses Browsers hat {who} übernommen. Dieses hier signiert nichts mehr.";
    held_since(who, since) =
        "{who} has been open in another window of this browser since {since}.",
        "{who} ist seit {since} in einem anderen Fenster dieses Browsers offen.";
    held(who) =
        "{who} is open in another window of this browser.",
        "{who} ist in einem anderen Fenster dieses Browsers offen.";
    held_why =
        "Only one window may sign for an account, so that no payment is lost. Taking over stops the other one; no \
         money is at risk. Once it is closed, this one goes on by itself.",
        "Nur ein Fenster darf für ein Konto signieren, damit keine Zahlung verloren geht. Die Übernahme hält das \
         andere an; kein Geld ist in Gefahr. Ist es geschlossen, macht dieses hier von selbst weiter.";
    take_over = "Take over", "Übernehmen";
    network_local = "Local chain", "Lokale Chain";
    network_other(id) = "Chain {id}", "Chain {id}";
    unknown_token = "unknown token", "unbekannter Token";
    relay_silent =
        "the relay that serves this page does not answer; check that it runs, then try again",
        "das Relais, von dem diese Seite kommt, antwortet nicht; prüfe, ob es läuft, und versuche es erneut";
    relay_answered(status) =
        "the relay answered {status} when asked for its configuration",
        "das Relais hat auf die Frage nach seiner Konfiguration mit {status} geantwortet";
    config_form(detail) =
        "the relay's configuration is not understandable: {detail}",
        "die Konfiguration des Relais ist unverständlich: {detail}";
    config_value(detail) =
        "the relay's configuration is not usable: {detail}",
        "die Konfiguration des Relais ist nicht brauchbar: {detail}";
    do_choose_account =
        "choose the account and allow this page to use it",
        "wähle das Konto und erlaube dieser Seite, es zu benutzen";
    look_for_window = "the wallet did not answer: look for its window", "die Wallet hat nicht geantwortet: Sieh nach ihrem Fenster";
    do_confirm = "confirm the transaction", "bestätige die Transaktion";
    do_sign = "sign the statement", "signiere die Erklärung";
    do_switch = "allow the change of network", "erlaube den Wechsel des Netzwerks";
}
