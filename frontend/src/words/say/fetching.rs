//! Fetching what is behind a paywall.

sentences! {
    fetch = "Fetch", "Abrufen";
    fetch_address = "Address", "Adresse";
    fetch_hint(origins) =
        "A page, a file or an API that is paid by the request or by the megabyte. From here: {origins}.",
        "Eine Seite, eine Datei oder eine API, die je Abruf oder je Megabyte bezahlt wird. Von hier aus: {origins}.";
    fetch_nowhere = "This app fetches from nowhere", "Diese App ruft nirgendwo ab";
    fetch_nowhere_more =
        "Its operator has named no paywall that it may ask. In a terminal, thunder-cli fetch pays any.",
        "Wer sie betreibt, hat keine Bezahlschranke genannt, die sie fragen darf. Im Terminal bezahlt thunder-cli fetch jede.";
    see_price = "See what it costs", "Preis ansehen";
    looking_at_price = "Asking…", "Wird gefragt …";
    not_an_address =
        "this is no address such as https://shop.example/page",
        "das ist keine Adresse wie https://shop.example/page";
    not_that_paywall(origins) =
        "this app may ask these only: {origins}. Its operator names them",
        "diese App darf nur diese fragen: {origins}. Wer sie betreibt, nennt sie";
    paywall_silent =
        "it does not answer, or does not let this app read its answer; nothing was paid",
        "dort antwortet niemand, oder diese App darf die Antwort nicht lesen; gezahlt wurde nichts";
    paywall_foreign =
        "it wants to be paid in a way that is not known here, or on another chain; nothing was paid",
        "dort wird eine Zahlungsart verlangt, die hier nicht bekannt ist, oder eine andere Chain; gezahlt wurde nichts";
    what_it_costs = "What it costs", "Was es kostet";
    for_each_request(amount) = "{amount} for each request", "{amount} je Abruf";
    for_each_megabyte(amount) = "{amount} for each MB", "{amount} je MB";
    paid_to(name) = "Paid to {name}.", "Bezahlt wird {name}.";
    paid_in_channel(name, amount) =
        "Paid to {name}, in your channel, where you can pay {amount}.",
        "Bezahlt wird {name}, in eurem Kanal, in dem du {amount} zahlen kannst.";
    to_the_channel = "To the channel", "Zum Kanal";
    no_channel_to_pay_in(name, token) =
        "You have no open channel in {token} with {name} that is paid in without a wallet window.",
        "Du hast keinen offenen Kanal in {token} mit {name}, in dem ohne Wallet-Fenster gezahlt wird.";
    open_channel_with(name) = "Open a channel with {name}", "Kanal mit {name} öffnen";
    pay_for_fetch = "Pay and fetch", "Bezahlen und abrufen";
    fetch_at_most = "At most", "Höchstens";
    fetch_at_most_hint =
        "Nothing above it is paid. It pays by itself up to there.",
        "Mehr wird nicht gezahlt. Bis dahin zahlt die Seite von selbst.";
    fetching = "Fetching", "Wird abgerufen";
    fetching_hint = "It stops when you leave this page.", "Es hält an, wenn du diese Seite verlässt.";
    share_that_came = "Share that has come", "Anteil, der da ist";
    stop_fetching = "Stop", "Anhalten";
    bytes_of(bytes, length) = "{bytes} of {length} bytes", "{bytes} von {length} Byte";
    bytes_came(bytes) = "{bytes} bytes", "{bytes} Byte";
    paid_in_payments(amount, payments) = "{amount} paid ({payments})", "{amount} gezahlt ({payments})";
    costs_nothing = "It costs nothing.", "Es kostet nichts.";
    what_came = "What was fetched", "Was abgerufen wurde";
    fetched_whole = "All of it is here.", "Alles ist da.";
    fetch_stopped =
        "You stopped it. What was paid and not served is there for the next request.",
        "Du hast es angehalten. Was gezahlt und nicht geliefert ist, gilt für den nächsten Abruf.";
    fetch_failed(status) =
        "The service failed ({status}), and charges nothing for that. What was paid is there for the next request.",
        "Der Dienst ist gescheitert ({status}) und berechnet dafür nichts. Was gezahlt ist, gilt für den nächsten Abruf.";
    fetch_refused(status) = "The service answers {status}.", "Der Dienst antwortet {status}.";
    fetch_broke_off =
        "it broke off. What was paid and not served is there for the next request",
        "es brach ab. Was gezahlt und nicht geliefert ist, gilt für den nächsten Abruf";
    above_fetch_limit(more, paid, limit) =
        "it costs {more} more, and {paid} of at most {limit} are paid: nothing more was",
        "es kostet {more} mehr, und {paid} von höchstens {limit} sind gezahlt: mehr wurde nicht gezahlt";
    terms_changed =
        "the paywall asks for more than it said before. Nothing more was paid",
        "dort wird mehr verlangt, als vorher gesagt wurde. Mehr wurde nicht gezahlt";
    payment_not_taken =
        "a payment was not taken. It is there for the next request",
        "eine Zahlung wurde nicht angenommen. Sie gilt für den nächsten Abruf";
    fetch_too_large =
        "it is too large for this page. In a terminal, thunder-cli fetch has no such bound",
        "es ist zu groß für diese Seite. Im Terminal kennt thunder-cli fetch keine solche Grenze";
    save_file = "Save file", "Datei sichern";
    picture_that_came = "The picture that was fetched", "Das abgerufene Bild";
    beginning_of_it = "Its beginning", "Der Anfang davon";
    fetch_again = "Fetch something else", "Etwas anderes abrufen";
}
