//! Pieces of pages: props in, callbacks out. None of them knows the client, a wallet or the network.

pub mod account_panel;
pub mod activity_panel;
pub mod alarm;
pub mod asked_panel;
pub mod backup_forms;
pub mod balance_bar;
pub mod balances;
pub mod banner;
pub mod bolt;
pub mod chip;
pub mod choice;
pub mod closing_panel;
pub mod control_strip;
pub mod copy_button;
pub mod delegate_card;
pub mod deposit_form;
pub mod dialog;
pub mod end_dialog;
pub mod evidence_card;
pub mod field;
pub mod follow_card;
pub mod handout_dialog;
pub mod header;
pub mod history;
pub mod identicon;
pub mod join_panel;
pub mod limits_form;
pub mod mine_form;
pub mod money_text;
pub mod name_card;
pub mod pay_form;
pub mod person;
pub mod proposal_panel;
pub mod qr_code;
pub mod request_form;
pub mod settled_panel;
pub mod share_card;
pub mod take_out_form;
pub mod theme_button;
pub mod toasts;
pub mod tour_card;
pub mod wallet_list;
pub mod withdrawal_panel;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
