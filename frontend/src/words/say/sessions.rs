//! Downloads that are paid by the byte.

sentences! {
    sessions = "Sessions", "Sitzungen";
    sessions_nowhere = "This app downloads from nowhere", "Diese App lädt nirgendwo herunter";
    sessions_nowhere_more =
        "Its operator has named no provider that it may connect to. In a terminal, thunder-cli use reaches any.",
        "Wer sie betreibt, hat keinen Anbieter genannt, mit dem sie sich verbinden darf. Im Terminal erreicht thunder-cli use jeden.";
    sessions_none =
        "You have no session. A provider sells files by the byte: you deposit, both count, and what was not used comes back.",
        "Du hast keine Sitzung. Ein Anbieter verkauft Dateien nach Byte: Du zahlst ein, beide zählen, und was nicht verbraucht ist, kommt zurück.";
    sessions_opening = "Reading your sessions…", "Deine Sitzungen werden gelesen …";
    sessions_elsewhere = "Sessions in the other window", "Sitzungen im anderen Fenster";
    sessions_unreadable =
        "something that is stored about sessions cannot be read; nothing of it was changed",
        "etwas, das über Sitzungen gespeichert ist, lässt sich nicht lesen; nichts davon wurde geändert";
    your_sessions = "Your sessions", "Deine Sitzungen";
    session_with(name) = "Session with {name}", "Sitzung mit {name}";
    provider = "Provider", "Anbieter";
    choose_provider = "Choose a provider", "Anbieter wählen";
    price_limit = "A megabyte may cost at most", "Ein Megabyte darf höchstens kosten";
    price_limit_hint = "Empty: whatever it asks.", "Leer: was immer er verlangt.";
    see_offer = "See what it offers", "Angebot ansehen";
    asking_provider = "Asking…", "Wird gefragt …";
    the_offer = "What the provider offers", "Das Angebot";
    served_by(name) = "Served by {name}.", "Angeboten von {name}.";
    term_price = "Price", "Preis";
    term_unit = "Passes on trust", "Auf Vertrauen";
    term_unit_is(bytes, amount) = "{bytes} ({amount})", "{bytes} ({amount})";
    term_tolerance = "May be lost on the way", "Darf unterwegs verloren gehen";
    term_tolerance_is(percent) = "{percent}% of the bytes", "{percent} % der Bytes";
    term_period = "Wait after a one-sided close", "Wartezeit nach einseitigem Schließen";
    offer_risk(bytes, amount) =
        "The most that you can lose is {bytes} that you paid and that did not come: {amount}. What is left of the deposit comes back.",
        "Verlieren kannst du höchstens {bytes}, die bezahlt sind und nicht kamen: {amount}. Was von der Einlage übrig ist, kommt zurück.";
    offer_too_dear(price, most) =
        "It asks {price} for a megabyte, which is above your limit of {most}. Nothing is deposited.",
        "Er verlangt {price} für ein Megabyte; das ist mehr als dein Limit von {most}. Eingezahlt wird nichts.";
    offer_listed =
        "This provider is on your list of the distrusted. Take it off the list before you begin a session with it.",
        "Dieser Anbieter steht auf deiner Liste ohne Vertrauen. Nimm ihn von der Liste, bevor du eine Sitzung mit ihm beginnst.";
    offer_known =
        "You have a session with this provider already: download in that one.",
        "Du hast mit diesem Anbieter schon eine Sitzung: Lade in ihr herunter.";
    session_deposit = "Deposit", "Einlage";
    session_deposit_hint(bytes) = "It pays for {bytes}. You can add to it later.", "Sie reicht für {bytes}. Du kannst später nachlegen.";
    session_deposit_least(amount) = "Deposit {amount} at least: what passes on trust.", "Zahle mindestens {amount} ein: was auf Vertrauen kommt.";
    session_plan(amount, asks) =
        "You deposit {amount}, and pay a fee to the chain. {asks} From then on no window opens: this page signs what was counted, and the provider hands in the end.",
        "Du zahlst {amount} ein, und eine Gebühr an die Chain. {asks} Danach öffnet sich kein Fenster mehr: Diese Seite signiert, was gezählt wurde, und der Anbieter reicht das Ende ein.";
    begin_session = "Deposit and begin", "Einzahlen und beginnen";
    beginning_session = "Agreeing and depositing…", "Wird vereinbart und eingezahlt …";
    provider_silent =
        "the provider does not answer, or does not let this app in; nothing was deposited",
        "der Anbieter antwortet nicht, oder er lässt diese App nicht ein; eingezahlt wurde nichts";
    provider_foreign =
        "what answers there is no provider of downloads that this page understands",
        "was dort antwortet, ist kein Anbieter von Downloads, den diese Seite versteht";
    provider_refuses(words) = "the provider refuses: {words}", "der Anbieter lehnt ab: {words}";
    provider_is_listed =
        "this provider is on your list of the distrusted; take it off the list first",
        "dieser Anbieter steht auf deiner Liste ohne Vertrauen; nimm ihn erst von der Liste";
    no_such_session = "this session is not here any more", "diese Sitzung ist nicht mehr hier";
    too_many_sessions =
        "there are too many sessions that are not over; end one first",
        "es gibt zu viele Sitzungen, die nicht zu Ende sind; beende erst eine";
    session_not_over = "a session is forgotten only when it is over", "vergessen wird eine Sitzung erst, wenn sie zu Ende ist";
    wallet_is_asked = "the wallet is being asked already; look at its window", "die Wallet wird schon gefragt; sieh nach ihrem Fenster";
    session_refused_by_chain =
        "the transaction was mined but the contract refused it: something came in between; look again",
        "die Transaktion wurde aufgenommen, aber der Vertrag hat sie abgelehnt: Etwas kam dazwischen; sieh noch einmal nach";
    not_mined_in_time =
        "the transaction is sent but not mined yet; this page shows it once it is",
        "die Transaktion ist gesendet, aber noch nicht aufgenommen; diese Seite zeigt es, sobald sie es ist";
    session_deposited(amount) = "Deposited {amount}", "{amount} eingezahlt";

    stands_asking = "Asking", "Wird gefragt";
    stands_unpaid = "Waits for the deposit", "Wartet auf die Einlage";
    stands_paying = "Depositing", "Wird eingezahlt";
    stands_ready = "Open", "Offen";
    stands_running = "Downloading", "Lädt";
    stands_pausing = "Pausing", "Hält an";
    stands_paused = "Paused", "Angehalten";
    stands_used_up = "Deposit used up", "Einlage verbraucht";
    stands_away = "Provider away", "Anbieter fort";
    stands_stopped = "Stopped", "Unterbrochen";
    stands_connecting = "Connecting", "Verbindet";
    stands_guilty = "Dishonest provider", "Unehrlicher Anbieter";
    stands_copy = "From a backup", "Aus einer Sicherung";
    stands_ending = "Ending", "Wird beendet";
    stands_unanswered = "End not answered", "Ende nicht beantwortet";
    stands_agreed = "Ended together", "Gemeinsam beendet";
    stands_closing = "Closing", "Schließt";
    stands_settleable = "Ready to settle", "Abrechenbar";
    stands_ended = "Ended", "Beendet";
    stands_void = "Never began", "Nie begonnen";

    unpaid_words(amount) =
        "The provider has agreed. Nothing is deposited yet: press to deposit {amount}, or leave it, and the agreement lapses by itself.",
        "Der Anbieter hat zugesagt. Eingezahlt ist noch nichts: Drücke, um {amount} einzuzahlen, oder lass es, dann verfällt die Zusage von selbst.";
    paying_words = "Look at your wallet, and wait for the chain.", "Sieh in deine Wallet und warte auf die Chain.";
    away_words(bytes, amount) =
        "The provider does not answer. At most {bytes} ({amount}) are at risk; everything else is proven or comes back. It goes on by itself once the provider is back.",
        "Der Anbieter antwortet nicht. In Gefahr sind höchstens {bytes} ({amount}); alles andere ist bewiesen oder kommt zurück. Es geht von selbst weiter, sobald er wieder da ist.";
    used_up_words = "Nothing more comes: add to the deposit, or end the session.", "Mehr kommt nicht: Lege nach, oder beende die Sitzung.";
    low_words(amount) = "Only {amount} of the deposit is left.", "Von der Einlage sind nur noch {amount} übrig.";
    guilty_words =
        "The provider has signed counts that contradict each other. Its signatures prove it and are kept. Close one-sidedly: you pay no more than what is proven.",
        "Der Anbieter hat Zählerstände signiert, die einander widersprechen. Seine Signaturen beweisen es und sind aufgehoben. Schließe einseitig: Du zahlst nicht mehr, als bewiesen ist.";
    overcounted_words(theirs, ours) =
        "The provider says that it sent {theirs}, and {ours} came. This page signs no more for it.",
        "Der Anbieter sagt, er habe {theirs} gesendet, und {ours} kamen. Diese Seite signiert nichts mehr dafür.";
    stopped_words(charged) =
        "What both have signed comes to {charged}. Close one-sidedly, and you pay that; or try again.",
        "Was beide signiert haben, kommt auf {charged}. Schließe einseitig, dann zahlst du das; oder versuche es noch einmal.";
    copy_words =
        "This session came from a backup, and another browser may have counted on in it. So nothing is counted here: it can only be closed.",
        "Diese Sitzung kam aus einer Sicherung, und ein anderer Browser kann in ihr weitergezählt haben. Darum wird hier nichts gezählt: Sie lässt sich nur schließen.";
    ending_words = "The last bytes are being counted and signed. Your wallet is not asked.", "Die letzten Bytes werden gezählt und signiert. Deine Wallet wird nicht gefragt.";
    unanswered_words =
        "You have signed an end, and the provider has not answered. Ask again, or close one-sidedly.",
        "Du hast ein Ende signiert, und der Anbieter hat nicht geantwortet. Frage noch einmal, oder schließe einseitig.";
    agreed_words(charged, back) =
        "Both have signed: {charged} charged, {back} comes back. The provider hands it in; if it does not, you can.",
        "Beide haben signiert: {charged} berechnet, {back} kommen zurück. Der Anbieter reicht es ein; tut er es nicht, kannst du es.";
    closing_words(charged, left) =
        "Closed with what is proven: {charged} charged, unless the provider shows more in the remaining {left}.",
        "Geschlossen mit dem, was bewiesen ist: {charged} berechnet, falls der Anbieter nicht mehr vorzeigt. Frist dafür: {left}.";
    settleable_words(charged, back) =
        "The period is over: {charged} charged, {back} comes back. Anybody can settle now.",
        "Die Frist ist vorbei: {charged} berechnet, {back} kommen zurück. Jeder kann jetzt abrechnen.";
    ended_words(charged, back) = "{charged} charged, {back} given back.", "{charged} berechnet, {back} zurückgezahlt.";
    ended_unread = "Paid out. What was charged is too long ago for this page to look up.", "Ausgezahlt. Was berechnet wurde, ist zu lange her, als dass diese Seite es nachsehen könnte.";
    void_words = "The agreement lapsed, and nothing was deposited.", "Die Zusage ist verfallen, und eingezahlt wurde nichts.";
    connecting_words = "Connecting to the provider…", "Verbindung zum Anbieter …";
    asking_words = "The provider is being asked for a session.", "Der Anbieter wird um eine Sitzung gebeten.";
    provider_said(words) = "The provider says no: {words}", "Der Anbieter lehnt ab: {words}";

    the_meter = "Meter", "Zähler";
    meter_words(here, there) =
        "Counted here: {here}. Counted by the provider: {there}.",
        "Hier gezählt: {here}. Vom Anbieter gezählt: {there}.";
    counted_here = "Counted here", "Hier gezählt";
    counted_there = "Counted there", "Dort gezählt";
    the_difference = "Difference", "Unterschied";
    ahead_by(bytes) = "{bytes} ahead", "{bytes} voraus";
    behind_by(bytes) = "{bytes} behind", "{bytes} zurück";
    no_difference = "none", "keiner";
    difference_scale(bytes) = "{bytes} to either side", "{bytes} nach jeder Seite";
    proven_count = "Signed by both", "Von beiden signiert";
    charged_money = "Charged", "Berechnet";
    left_money = "Left of the deposit", "Übrig von der Einlage";
    deposited_money = "Deposited", "Eingezahlt";
    at_risk_money = "At risk", "In Gefahr";

    the_files = "Files", "Dateien";
    no_files = "The provider has no files at the moment.", "Der Anbieter hat im Moment keine Dateien.";
    file_costs(size, amount) = "{size} · {amount}", "{size} · {amount}";
    file_above(size, amount) = "{size} · {amount}, more than is left", "{size} · {amount}, mehr als übrig ist";
    download_file(name) = "Download {name}", "{name} herunterladen";
    download_word = "Download", "Herunterladen";
    go_on_file(name) = "Go on with {name}", "{name} fortsetzen";
    go_on_word = "Go on", "Fortsetzen";
    file_coming(name) = "Downloading {name}", "{name} wird geladen";
    share_of_file(name) = "Share of {name} that is here", "Anteil von {name}, der da ist";
    file_here(here, length) = "{here} of {length}", "{here} von {length}";
    file_whole = "All of it is here, in this browser, until you download another one.", "Alles davon ist da, in diesem Browser, bis du eine andere lädst.";
    save_this_file(name) = "Save {name}", "{name} sichern";
    pause_word = "Pause", "Anhalten";
    try_provider_again = "Try again", "Erneut versuchen";
    add_deposit = "Add to the deposit", "Einlage erhöhen";
    add_amount = "Amount to add", "Betrag zum Nachlegen";
    add_word = "Add", "Nachlegen";
    deposit_now(amount) = "Deposit {amount}", "{amount} einzahlen";
    end_session = "End the session", "Sitzung beenden";
    end_again = "Ask again to end", "Noch einmal um das Ende bitten";
    close_session_alone = "Close one-sidedly", "Einseitig schließen";
    close_session_words(period) =
        "Without the provider: your wallet sends what is proven, and the rest comes back after {period}.",
        "Ohne den Anbieter: Deine Wallet sendet, was bewiesen ist, und der Rest kommt zurück. Wartezeit: {period}.";
    settle_session = "Settle", "Abrechnen";
    hand_it_in = "Hand it in yourself", "Selbst einreichen";
    save_session_evidence = "Save evidence", "Nachweis sichern";
    evidence_of_session(count) = "Proof and more (signed pairs of counts: {count})", "Nachweis und mehr (signierte Paare von Zählerständen: {count})";
    forget_session = "Forget", "Vergessen";
    stays_while_open =
        "The download goes on while this app is open, on any page, and after a reload where it was.",
        "Der Download geht weiter, solange diese App offen ist, auf jeder Seite, und neu geladen dort, wo er war.";

    the_distrusted = "Distrusted", "Ohne Vertrauen";
    distrusted_none = "Nobody. A provider that signs its own guilt gets onto this list by itself.", "Niemand. Ein Anbieter, der seine eigene Schuld signiert, kommt von selbst auf diese Liste.";
    distrust_provider = "Distrust this provider", "Diesem Anbieter nicht mehr vertrauen";
    distrust_address = "Address of a provider", "Adresse eines Anbieters";
    distrust_because = "Because (optional)", "Grund (optional)";
    distrust_word = "Add to the list", "Auf die Liste setzen";
    proved_here = "Proved by its own signatures; the relay is told.", "Bewiesen durch seine eigenen Signaturen; das Relais erfährt es.";
    proved_elsewhere = "Proved by its own signatures, told by the relay.", "Bewiesen durch seine eigenen Signaturen, mitgeteilt vom Relais.";
    told_dishonest(name) = "{name} is dishonest: the relay brings its signatures", "{name} ist unehrlich: Das Relais bringt dessen Signaturen";
    trust_again(name) = "Trust {name} again", "{name} wieder vertrauen";
    trust_again_word = "Take off the list", "Von der Liste nehmen";
    words_too_long(most) = "at most {most} characters", "höchstens {most} Zeichen";
}
