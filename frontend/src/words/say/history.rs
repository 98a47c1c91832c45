//! What has happened: a channel's history, and what is told once.

sentences! {
    history = "History", "Verlauf";
    history_empty =
        "Payments and what happens on the chain will be listed here.",
        "Hier stehen Zahlungen und was auf der Chain geschieht.";
    search_history = "Search the history", "Verlauf durchsuchen";
    search_example = "words, amount, date", "Wörter, Betrag, Datum";
    show = "Show", "Zeigen";
    nothing_found = "Nothing in the history is like that.", "Nichts im Verlauf ist so.";
    entries_found(count) = "{count} entries, the newest first", "{count} Einträge, die neuesten zuerst";
    show_newest = "Show the newest only", "Nur die neuesten zeigen";
    show_earlier(more) = "Show {more} earlier", "{more} frühere zeigen";
    save_csv = "Save as CSV", "Als CSV speichern";
    save_json = "Save as JSON", "Als JSON speichern";
    nonce_and_total(nonce, total) = "No. {nonce} · {total} in all", "Nr. {nonce} · insgesamt {total}";
    block_number(block) = "block {block}", "Block {block}";
    transaction = "Transaction", "Transaktion";
    transaction_named(hash) = "Transaction {hash}", "Transaktion {hash}";
    asking_the_node = "Asking the node…", "Der Knoten wird gefragt …";
    transaction_unknown =
        "The node does not know this transaction: its block may have been taken back, or be older than what the node keeps.",
        "Der Knoten kennt diese Transaktion nicht: Ihr Block wurde vielleicht zurückgenommen oder ist älter als das, was \
         der Knoten aufhebt.";
    transaction_status = "Status", "Stand";
    status_waiting = "Waiting for a block", "Wartet auf einen Block";
    status_done = "Done", "Ausgeführt";
    status_reverted =
        "Refused when it was mined: it did nothing but cost its fee",
        "Beim Einfügen in die Chain abgelehnt: Sie hat nur ihre Gebühr gekostet";
    transaction_block = "Block", "Block";
    transaction_on_top = "Blocks on top of it", "Blöcke darauf";
    transaction_from = "From", "Von";
    transaction_to = "To", "An";
    transaction_calls = "Calls", "Ruft auf";
    transaction_value = "Ether with it", "Ether dabei";
    transaction_gas = "Gas used", "Verbrauchtes Gas";
    transaction_fee = "Fee", "Gebühr";
    fee_not_said = "The node does not say", "Der Knoten sagt es nicht";
    new_contract = "A new contract", "Ein neuer Vertrag";
    the_hub = "The hub", "Der Hub";
    the_sessions_contract = "The contract of sessions", "Der Vertrag der Sitzungen";
    the_token(symbol) = "The token {symbol}", "Der Token {symbol}";
    everything = "Everything", "Alles";
    show_paid = "Paid", "Gezahlt";
    show_received = "Received", "Bekommen";
    on_the_chain = "On the chain", "Auf der Chain";
    mark_stored = "Stored here", "Hier gespeichert";
    mark_relayed = "Relayed", "Beim Relais";
    mark_seen = "Seen", "Gesehen";
    as_they_asked = "as they asked", "wie von dir erbeten";
    as_you_asked = "as you asked", "wie du gebeten hast";
    quoted(text) = "“{text}”", "„{text}“";
    quoted_as(text, asked) = "“{text}”, {asked}", "„{text}“, {asked}";
    you_paid(amount) = "You paid {amount}", "Du hast {amount} gezahlt";
    you_received(amount) = "You received {amount}", "Du hast {amount} bekommen";
    you_paid_in(amount, payments) = "You paid {amount} in {payments}", "Du hast {amount} in {payments} gezahlt";
    you_received_in(amount, payments) =
        "You received {amount} in {payments}",
        "Du hast {amount} in {payments} bekommen";
    opened_with(amount) = "Opened with {amount}", "Geöffnet mit {amount}";
    you_deposited(amount) = "You deposited {amount}", "Du hast {amount} eingelegt";
    they_deposited(amount) = "They deposited {amount}", "Die andere Seite hat {amount} eingelegt";
    you_took_out(amount) = "You took out {amount}", "Du hast {amount} herausgenommen";
    they_took_out(amount) = "They took out {amount}", "Die andere Seite hat {amount} herausgenommen";
    you_closed = "You closed", "Du hast geschlossen";
    they_closed = "They closed", "Die andere Seite hat geschlossen";
    shown_you_paid(amount) =
        "The hub was shown that you paid {amount} in total",
        "Dem Hub wurde belegt, dass du insgesamt {amount} gezahlt hast";
    shown_they_paid(amount) =
        "The hub was shown that they paid {amount} in total",
        "Dem Hub wurde belegt, dass die andere Seite insgesamt {amount} gezahlt hat";
    you_forfeited = "You understated and lost everything", "Du hast zu wenig angegeben und alles verloren";
    they_forfeited =
        "They understated and lost everything",
        "Die andere Seite hat zu wenig angegeben und alles verloren";
    settled_with(yours, theirs) =
        "Settled: {yours} to you, {theirs} to them",
        "Abgerechnet: {yours} an dich, {theirs} an die andere Seite";
    received(amount) = "Received {amount}", "{amount} bekommen";
    asks_for(amount) = "The other side asks for {amount}", "Die andere Seite bittet um {amount}";
    told_declined_end =
        "The other side declined to end together",
        "Die andere Seite hat abgelehnt, gemeinsam zu beenden";
    told_declined_out(amount) =
        "The other side declined your taking out {amount}",
        "Die andere Seite hat abgelehnt, dass du {amount} herausnimmst";
    told_declined_pay(amount) =
        "The other side declined to pay {amount}",
        "Die andere Seite hat abgelehnt, {amount} zu zahlen";
    opened_a_channel(who) = "{who} opened a channel with you", "{who} hat einen Kanal mit dir geöffnet";
    withdrawal_lapsed(amount) =
        "The other side did not agree to your taking out {amount}: it is yours to pay again",
        "Die andere Seite hat nicht zugestimmt, dass du {amount} herausnimmst: Du kannst den Betrag wieder zahlen";
    restored(taken, kept) =
        "Backup taken in: {taken} restored, {kept} as new or newer here",
        "Sicherung übernommen: {taken} wiederhergestellt, {kept} hier ebenso neu oder neuer";
    relay_refused(words) = "the relay refused: {words}", "das Relais hat abgelehnt: {words}";
    total_adopted(amount) =
        "This browser had forgotten payments of yours: your total is {amount} again",
        "Dieser Browser hatte Zahlungen von dir vergessen: Deine Summe ist wieder {amount}";
    not_believed(words) = "something that was not believed: {words}", "etwas wurde nicht geglaubt: {words}";
    sent_to_chain(what) = "{what}: sent to the chain", "{what}: an die Chain gesendet";
    sent_refused = "the hub refused it when it was mined: look at the channel, and try again", "der Hub hat es beim Einfügen in die Chain abgelehnt: Sieh dir den Kanal an und versuche es erneut";
    sent_unknown(what) =
        "{what}: the node does not know the transaction. Look at the channel before you try again",
        "{what}: Der Knoten kennt die Transaktion nicht. Sieh dir den Kanal an, bevor du es erneut versuchst";
    did_not_work(what, why) = "{what} did not work. {why}", "{what} hat nicht geklappt. {why}";
    doing_open = "Opening the channel", "Öffnen des Kanals";
    doing_deposit = "Depositing", "Einlegen";
    doing_close = "Closing", "Schließen";
    doing_claim = "Claiming", "Belegen";
    doing_settle = "Settling", "Abrechnen";
    doing_accept = "Accepting", "Annehmen";
    doing_end = "Ending together", "Gemeinsam beenden";
    doing_withdraw = "Taking money out", "Geld herausnehmen";
    doing_collect = "Collecting", "Abholen";
    done_open = "The channel is open", "Der Kanal ist offen";
    done_deposit = "Your deposit arrived", "Deine Einlage ist da";
    done_close = "The channel is closing", "Der Kanal schließt";
    done_claim = "The hub knows your claim", "Der Hub kennt deinen Beleg";
    done_settle = "The channel is settled", "Der Kanal ist abgerechnet";
    done_accept = "Accepted: both sides are paid", "Angenommen: Beide Seiten sind ausgezahlt";
    done_end = "Ended together: both sides are paid", "Gemeinsam beendet: Beide Seiten sind ausgezahlt";
    done_withdraw = "The money was taken out", "Das Geld wurde herausgenommen";
    done_collect = "Collected", "Abgeholt";
}
