//! Channels that were offered and that nobody wants to see.

sentences! {
    hide_code(code) = "Hide {code}", "{code} verbergen";
    show_code(code) = "Show {code}", "{code} zeigen";
    hide_this = "Hide this channel", "Diesen Kanal verbergen";
    show_this = "Show it on the list again", "Wieder auf der Liste zeigen";
    hide_hint =
        "You have put nothing in, and what is paid here is read only once you join. If you hide it, the other side is not \
         told; it gets its money back by closing the channel.",
        "Du hast nichts eingelegt, und was hier gezahlt wird, wird erst gelesen, wenn du beitrittst. Verbirgst du ihn, \
         erfährt die andere Seite nichts davon; ihr Geld bekommt sie zurück, wenn sie den Kanal schließt.";
    hidden_channels(count) = "Hidden channels ({count})", "Verborgene Kanäle ({count})";
    hidden_list = "Hidden channels", "Verborgene Kanäle";
    hidden_hint =
        "Hidden in this browser only. A channel that has something for you, such as one that closes with money of yours, \
         is on the list again by itself.",
        "Nur in diesem Browser verborgen. Ein Kanal, in dem etwas für dich ist, etwa weil er mit Geld von dir schließt, steht \
         von selbst wieder auf der Liste.";
}
