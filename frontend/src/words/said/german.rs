//! What is wrong, in German. Each function takes its error apart, so a new variant without words does not compile.

pub mod sessions;

use crate::state::{
    backup::{BackupError, MIN_PASSWORD},
    config::ConfigError,
};
use thunder_channel::{
    AddressError, AmountError, HubRefusal, InviteError, KeyFault, MemoTextError, Phase, SignatureError,
    SigningKeyError, checksummed,
};
use thunder_client::{
    BackupFault, ChainFault, PhaseFault, ProposalFault, Refusal, RequestFault, StartError, StoreError,
    TermsFault, WalletFault,
};
use thunder_ethereum::{ChainError, MnemonicError, Revert, RpcError, RpcErrorKind, WalletError};

const ABOVE_ZERO: &str = "gib einen Betrag über null ein";
const ABOVE_CHANNEL: &str = "das ist mehr, als ein Kanal fassen kann";
const NO_DELEGATION: &str = "ein Kanal mit der Regel „Verfall“ nimmt keine Signaturen anderer Schlüssel";

pub fn amount(error: &AmountError) -> String {
    match error {
        AmountError::Empty => "gib einen Betrag ein".to_owned(),
        AmountError::Negative => "ein Betrag kann nicht negativ sein".to_owned(),
        AmountError::NotANumber => "gib einen Betrag in Ziffern ein, zum Beispiel 12,5".to_owned(),
        AmountError::TooManyDecimals(most) => format!("dieser Token hat höchstens {most} Nachkommastellen"),
        AmountError::TooLarge => ABOVE_CHANNEL.to_owned(),
    }
}

pub fn address(error: &AddressError) -> String {
    match error {
        AddressError::Form => "das ist keine Adresse: Sie braucht 0x und 40 Zeichen aus 0-9 und a-f",
        AddressError::Checksum => {
            "in dieser Adresse ist ein Tippfehler: Ihre Großbuchstaben passen nicht. Kopiere sie noch einmal"
        }
        AddressError::Zero => "die Null-Adresse kann an keinem Kanal teilnehmen",
    }
    .to_owned()
}

pub fn invite(error: &InviteError) -> String {
    match error {
        InviteError::Address(error) => address(error),
        InviteError::NotAChannel => {
            "das ist weder ein Link zu einem Kanal noch ein Code wie 7K3D-9QXM".to_owned()
        }
    }
}

pub fn key(fault: &KeyFault) -> String {
    match fault {
        KeyFault::ZeroAddress => "eine Seite oder ihr Unterzeichner ist die Null-Adresse",
        KeyFault::SameSides => "beide Seiten sind dieselbe Adresse: Ein Kanal braucht zwei Leute",
        KeyFault::SameSigners => "beide Seiten haben denselben Unterzeichner",
        KeyFault::HubAsParty => "der Hub selbst kann an keinem Kanal teilnehmen",
        KeyFault::HubAsToken => "der Hub selbst ist kein Token",
        KeyFault::NoPeriod => "die Einspruchsfrist muss mindestens 1 sein",
    }
    .to_owned()
}

pub fn terms(fault: &TermsFault) -> String {
    match fault {
        TermsFault::Key(fault) => key(fault),
        TermsFault::OtherSigner => {
            "ein fremder Schlüssel könnte hier in deinem Namen zahlen; bitte um einen neuen Kanal mit deinem Link"
                .to_owned()
        }
        TermsFault::Token => "er ist in einem Token, den du nicht angenommen hast".to_owned(),
        TermsFault::Period { period, min, max } => {
            format!("seine Einspruchsfrist von {period} liegt nicht zwischen {min} und {max}")
        }
        TermsFault::Forfeit => {
            "er hat die Regel „Verfall“, und du nimmst nur Kanäle an, in denen ein Irrtum berichtigt werden kann".to_owned()
        }
    }
}

pub fn memo(error: &MemoTextError) -> String {
    match error {
        MemoTextError::TooLong => format!(
            "eine Notiz kann {} Zeichen haben; kürze sie",
            thunder_channel::MAX_MEMO_CHARACTERS
        ),
        MemoTextError::ControlCharacter => {
            "eine Notiz ist eine Zeile einfacher Text; lass Zeilenumbrüche und Steuerzeichen weg".to_owned()
        }
        MemoTextError::DirectionOverride => {
            "eine Notiz kann keine Zeichen enthalten, die die Schreibrichtung umkehren; lass sie weg"
                .to_owned()
        }
    }
}

pub fn signature(error: &SignatureError) -> String {
    match error {
        SignatureError::Form => "eine Signatur ist 0x und 130 hexadezimale Ziffern",
        SignatureError::RecoveryByte => "das letzte Byte der Signatur ist nicht 27 oder 28",
        SignatureError::HighS => "die Signatur ist nicht in ihrer kanonischen Form (kleines s)",
        SignatureError::NoKey => "die Signatur gehört zu keinem Schlüssel",
    }
    .to_owned()
}

pub fn signing_key(_: &SigningKeyError) -> String {
    "das ist kein privater Schlüssel: Er braucht 64 hexadezimale Ziffern und einen Wert, den die Kurve erlaubt".to_owned()
}

pub fn mnemonic(error: &MnemonicError) -> String {
    match error {
        MnemonicError::Length => "es sind 12, 15, 18, 21 oder 24 Merkwörter".to_owned(),
        MnemonicError::UnknownWord(place) => {
            format!("Wort {place} ist kein Merkwort; prüfe, wie es geschrieben ist")
        }
        MnemonicError::Checksum => {
            "diese Wörter passen nicht zusammen; prüfe, ob eines vertauscht ist oder fehlt".to_owned()
        }
        MnemonicError::NoAccount => "zu diesen Wörtern gibt es kein Konto mit dieser Nummer".to_owned(),
    }
}

pub fn backup(error: &BackupError) -> String {
    match error {
        BackupError::Form => "diese Datei ist keine Sicherung dieser App, oder sie ist beschädigt".to_owned(),
        BackupError::Version => {
            "diese Sicherung stammt von einer neueren Version dieser App: Lade die Seite neu und versuche es noch einmal".to_owned()
        }
        BackupError::Account(account) => format!("diese Sicherung gehört zu einem anderen Konto ({account})"),
        BackupError::World => {
            "diese Sicherung ist von einer anderen Chain oder einem anderen Hub als diese Seite: Ihre Kanäle gibt es hier nicht".to_owned()
        }
        BackupError::Key => "der Zahlungsschlüssel in dieser Sicherung ist nicht lesbar".to_owned(),
        BackupError::Password => {
            "dieses Passwort öffnet die Sicherung nicht, oder die Datei wurde verändert".to_owned()
        }
        BackupError::Short => format!(
            "nimm mindestens {MIN_PASSWORD} Zeichen: Wer die Datei hat, kann so oft probieren, wie er will"
        ),
    }
}

pub fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Form(detail) => crate::words::say::config_form(&detail.to_string()),
        ConfigError::Value(detail) => crate::words::say::config_value(detail),
    }
}

pub fn start(error: &StartError) -> String {
    match error {
        StartError::Store(error) => store(error),
    }
}

pub fn store(error: &StoreError) -> String {
    match error {
        StoreError::Full => "es ist kein Platz mehr: Mache etwas frei und versuche es erneut".to_owned(),
        StoreError::Corrupt { key } => format!(
            "was für {key} gespeichert ist, ist nicht lesbar; nichts wurde geändert. Exportiere es und setze dann die Daten dieser Seite zurück"
        ),
        StoreError::TakenOver => "ein anderes Fenster dieses Browsers hat jetzt dieses Konto".to_owned(),
        StoreError::Failed(words) => format!("der Speicher des Browsers hat versagt: {words}"),
    }
}

pub fn rpc(error: &RpcError) -> String {
    let own = match error.kind {
        RpcErrorKind::Rejected => {
            "die Anfrage wurde in der Wallet abgelehnt; nichts ist geschehen, und du kannst es erneut versuchen"
        }
        RpcErrorKind::Unauthorized => {
            "die Wallet hat dieser Seite keinen Zugriff auf dieses Konto gegeben; verbinde sie noch einmal"
        }
        RpcErrorKind::UnsupportedMethod => "diese Wallet oder dieser Knoten kann nicht, worum gebeten wurde",
        RpcErrorKind::Disconnected => "die Wallet hat ihr Netzwerk verloren; prüfe ihre Verbindung",
        RpcErrorKind::ChainDisconnected => {
            "die Wallet ist nicht mit diesem Netzwerk verbunden; stelle sie um und versuche es erneut"
        }
        RpcErrorKind::UnknownChain => {
            "die Wallet kennt dieses Netzwerk nicht; füge es hinzu und versuche es erneut"
        }
        RpcErrorKind::RequestPending => {
            "in der Wallet ist schon eine Anfrage offen; sieh in ihr Fenster und beantworte sie dort"
        }
        RpcErrorKind::Reverted => match error.revert() {
            Some(why) if why != Revert::Empty => return revert(&why),
            _ => "der Vertrag hat den Aufruf abgelehnt",
        },
        RpcErrorKind::InsufficientFunds => "das Konto hat zu wenig Ether für die Transaktion und ihr Gas",
        RpcErrorKind::Timeout => "es kam rechtzeitig keine Antwort; versuche es erneut",
        RpcErrorKind::Unreachable => {
            "der Knoten des Netzwerks ist nicht erreichbar; prüfe die Verbindung und versuche es erneut"
        }
        RpcErrorKind::Malformed => {
            "die Antwort war nicht zu verstehen; vielleicht sind Knoten oder Wallet kaputt"
        }
        RpcErrorKind::Other(_) => "die Wallet oder der Knoten meldet einen Fehler",
    };
    // As in English: the other end's own words help only where ours are vague.
    let vague = !matches!(
        error.kind,
        RpcErrorKind::Rejected | RpcErrorKind::RequestPending | RpcErrorKind::InsufficientFunds
    );
    if vague && !error.message.is_empty() {
        format!("{own} ({})", error.message)
    } else {
        own.to_owned()
    }
}

pub fn chain(error: &ChainError) -> String {
    match error {
        ChainError::Reverted(why) => revert(why),
        ChainError::Rpc(error) => rpc(error),
        ChainError::Malformed(words) => {
            format!("der Knoten des Netzwerks hat eine unbrauchbare Antwort gegeben: {words}")
        }
        ChainError::Reorganised { number } => {
            format!("die Chain hat Block {number} beim Lesen ersetzt; versuche es erneut")
        }
        ChainError::WrongChain { expected, found } => {
            format!(
                "das ist Netzwerk {found}, der Hub aber ist auf Netzwerk {expected}; wechsle das Netzwerk"
            )
        }
    }
}

pub fn wallet(error: &WalletError) -> String {
    match error {
        WalletError::Rpc(error) => rpc(error),
        WalletError::NotASignature(error) => {
            format!(
                "die Antwort der Wallet ist keine brauchbare Signatur: {}",
                signature(error)
            )
        }
        WalletError::OtherAccount { asked, signed_by } => format!(
            "die Wallet hat mit {} signiert, nicht mit {}; wähle darin das richtige Konto und versuche es erneut",
            checksummed(*signed_by),
            checksummed(*asked)
        ),
        WalletError::Malformed(words) => format!("die Wallet hat eine unbrauchbare Antwort gegeben: {words}"),
        WalletError::WrongChain { expected, found } => format!(
            "die Wallet ist auf Netzwerk {found}, nicht auf Netzwerk {expected}; stelle sie um und versuche es erneut"
        ),
    }
}

pub fn revert(why: &Revert) -> String {
    match why {
        Revert::Hub(why) => hub(why),
        Revert::InsufficientBalance { .. } => "das Konto hat zu wenig von diesem Token".to_owned(),
        Revert::InsufficientAllowance { .. } => {
            "dem Hub ist zu wenig von diesem Token erlaubt; erlaube erst den Betrag".to_owned()
        }
        Revert::Message(words) => format!("der Vertrag hat abgelehnt: {words}"),
        Revert::Panic(code) => format!("der Vertrag ist gescheitert (Panik {code:#x})"),
        Revert::Unknown(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("der Vertrag hat aus einem hier unbekannten Grund abgelehnt (0x{digits})")
        }
        Revert::Empty => {
            "der Vertrag hat ohne Begründung abgelehnt; sind Netzwerk und Vertrag die richtigen?".to_owned()
        }
    }
}

pub fn hub(why: &HubRefusal) -> String {
    match why {
        HubRefusal::Reentered => "der Hub wurde während einer Auszahlung aufgerufen; versuche es erneut",
        HubRefusal::OnlyHub => "diesen Aufruf kann nur der Hub selbst machen",
        HubRefusal::WrongPhase(phase) => match phase {
            Phase::Empty => "das geht jetzt nicht: Der Kanal wurde nie geöffnet",
            Phase::Open => "das geht jetzt nicht: Der Kanal ist offen",
            Phase::Closing => "das geht jetzt nicht: Der Kanal schließt gerade",
            Phase::Settled => "das geht jetzt nicht: Der Kanal ist abgerechnet",
        },
        HubRefusal::WrongEpoch { .. } => {
            "das gehört zu einem anderen Leben des Kanals; er wurde seither neu geöffnet"
        }
        HubRefusal::NoMoreEpochs => {
            "dieser Kanal wurde so oft geöffnet, wie der Hub zählen kann; lege einen neuen an"
        }
        HubRefusal::NotASide => "dieses Konto ist in diesem Kanal weder alice noch bob",
        HubRefusal::NotAlice => "nur alice kann diesen Kanal öffnen; wechsle in der Wallet zu ihrem Konto",
        HubRefusal::NotForCloser => "der vorgelegte Beleg zahlt nicht an die Seite, die schließt",
        HubRefusal::CloserCannotAccept => {
            "die Seite, die geschlossen hat, kann das nicht selbst annehmen; die andere kann es, oder warte das Ende der Frist ab"
        }
        HubRefusal::BadKey(fault) => return format!("dieser Kanal kann nicht geöffnet werden: {}", key(fault)),
        HubRefusal::BadSignature => "eine Signatur ist nicht von der Seite, die signieren muss",
        HubRefusal::DelegationRefused => NO_DELEGATION,
        HubRefusal::TotalNotHigher { .. } => "der Hub kennt schon eine ebenso hohe Summe",
        HubRefusal::TotalsChanged { .. } => {
            "ein Beleg hat die Summen geändert, seit sie gelesen wurden; sieh sie dir noch einmal an"
        }
        HubRefusal::Expired { .. } => "das ist abgelaufen; mache es neu",
        HubRefusal::PeriodOver { .. } => "die Einspruchsfrist ist um; der Kanal kann abgerechnet werden",
        HubRefusal::PeriodRunning { .. } => "die Einspruchsfrist läuft noch; rechne ab, wenn sie um ist",
        HubRefusal::PeriodTooLong => "die Einspruchsfrist ist länger, als der Hub zählen kann",
        HubRefusal::AmountMismatch => "der gesendete Ether ist nicht der Betrag der Einlage",
        HubRefusal::ZeroAmount => ABOVE_ZERO,
        HubRefusal::DepositTooLarge => ABOVE_CHANNEL,
        HubRefusal::AbovePot { .. } => "das ist mehr, als im Kanal ist",
        HubRefusal::TokenTransferFailed => {
            "der Token hat die Überweisung abgelehnt; prüfe das Guthaben und was dem Hub erlaubt ist"
        }
        HubRefusal::EtherTransferFailed => "das Konto hat den Ether abgelehnt",
        HubRefusal::NotEnoughGas => "die Transaktion hat zu wenig Gas; sende sie mit mehr",
        HubRefusal::NothingOwed => "für dieses Konto wird nichts verwahrt",
    }
    .to_owned()
}

pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Key(fault) => return key(fault),
        Refusal::NotYours => "du kannst einen Kanal nur in deinem eigenen Namen öffnen",
        Refusal::OwnAddress => "das ist deine eigene Adresse: Gib die der anderen Person ein",
        Refusal::UnknownChannel => {
            "dieser Kanal ist hier noch nicht bekannt; warte, bis die Chain gelesen ist"
        }
        Refusal::Phase(fault) => return format!("das geht jetzt nicht: Der Kanal {}", phase(*fault)),
        Refusal::NotAccepted(fault) => {
            return format!("dieser Kanal wird nicht als deiner angenommen: {}", terms(fault));
        }
        Refusal::NotJoined => "tritt diesem Kanal erst bei",
        Refusal::Zero => ABOVE_ZERO,
        Refusal::AboveSpendable { spendable } => {
            return format!("du kannst in diesem Kanal höchstens {spendable} (kleinste Einheiten) zahlen");
        }
        Refusal::AbovePaymentLimit { limit } => {
            return format!(
                "dein Limit ist {limit} (kleinste Einheiten) je Zahlung: Ändere es unter „Konto“ oder zahle weniger"
            );
        }
        Refusal::AboveDayLimit { limit, left } => {
            return format!(
                "dein Limit ist {limit} (kleinste Einheiten) am Tag, davon sind {left} übrig: Ändere es unter „Konto“ oder zahle weniger"
            );
        }
        Refusal::ReferenceUsed => {
            "dieser Schlüssel steht schon für eine andere Zahlung: Nimm einen neuen"
        }
        Refusal::Backup(fault) => {
            return format!("diese Sicherung ist nicht brauchbar: {}", backup_fault(*fault));
        }
        Refusal::AboveChannel => ABOVE_CHANNEL,
        Refusal::Exhausted => {
            "dieser Kanal hat die höchste Zahl erreicht, die er signieren kann; rechne ihn ab und öffne einen neuen"
        }
        Refusal::ClosingSent { deadline } => {
            return format!(
                "dieser Kanal schließt gleich: Nichts wird signiert, bis das Schließen in einem Block steht oder Block {deadline} vorbei ist"
            );
        }
        Refusal::SettlementSigned { expiry } => {
            return format!(
                "du hast eine Abrechnung signiert: Sonst wird nichts signiert, bis sie benutzt ist oder die Uhr {expiry} überschritten hat"
            );
        }
        Refusal::WalletBusy => {
            "in deiner Wallet ist für diesen Kanal schon eine Anfrage offen: Beantworte sie zuerst"
        }
        Refusal::ForfeitDelegation => {
            "ein Kanal mit der Regel „Verfall“ nimmt keine Signaturen anderer Schlüssel: Zahlungen werden hier mit der Wallet signiert"
        }
        Refusal::BadDelegation => {
            "diese Signatur erlaubt den Zahlungsschlüssel nicht: Sie ist von einem anderen Konto"
        }
        Refusal::Proposal(fault) => return proposal(*fault).to_owned(),
        Refusal::MemoByWallet => {
            "Zahlungen werden hier in deiner Wallet signiert, und die signiert keine Notizen: Zahle ohne Notiz"
        }
        Refusal::Request(fault) => return request(*fault).to_owned(),
        Refusal::NothingToClaim => "der Hub kennt deinen besten Beleg schon",
        Refusal::Unsure => {
            "diese Kopie könnte älter sein als eine andere: Vor jeder Signatur muss das Relais sie bestätigen"
        }
        Refusal::ChainStale => {
            "die Chain hat eine Weile nicht geantwortet; bis sie es tut, wird nichts signiert"
        }
        Refusal::Store(error) => {
            return format!(
                "dieser Browser konnte es nicht speichern, deshalb wurde nichts gesendet: {}",
                store(error)
            );
        }
        Refusal::Wallet(fault) => return wallet_fault(fault),
        Refusal::Chain(fault) => return chain_fault(fault),
        Refusal::DevelopmentOnly => "das geht nur auf einer Entwicklungs-Chain",
    }
    .to_owned()
}

/// Ends "der Kanal …".
const fn phase(fault: PhaseFault) -> &'static str {
    match fault {
        PhaseFault::Absent => "ist noch nicht auf der Chain",
        PhaseFault::Open => "ist offen",
        PhaseFault::Closing => "schließt gerade",
        PhaseFault::Settled => "ist abgerechnet",
        PhaseFault::Overdue => "ist über seine Einspruchsfrist hinaus; rechne ihn ab",
        PhaseFault::ClosedByYou => {
            "wurde von dir geschlossen; die andere Seite kann es annehmen, oder warte das Ende der Frist ab"
        }
        PhaseFault::Running => "ist noch in seiner Einspruchsfrist",
    }
}

const fn proposal(fault: ProposalFault) -> &'static str {
    match fault {
        ProposalFault::Nothing => "es ist nichts vorgeschlagen",
        ProposalFault::Changed => "der Vorschlag hat sich geändert; sieh ihn dir noch einmal an",
        ProposalFault::Expired => "dieser Vorschlag ist abgelaufen; bitte um einen neuen",
        ProposalFault::HoldsChannel => {
            "dieser Vorschlag würde den Kanal zu lange binden; bitte um einen neuen"
        }
        ProposalFault::HoldsMoney => "dieser Vorschlag würde das Geld zu lange binden; bitte um einen neuen",
        ProposalFault::OldTotals => {
            "die Summen dieses Vorschlags sind nicht die neuesten; bitte um einen neuen"
        }
        ProposalFault::NotCounted => {
            "etwas von dem, was du bekommen hast, zählt noch nicht; warte, bis es das tut"
        }
        ProposalFault::LessThanYours => {
            "die Summen im Hub geben dir weniger, als deins ist: Lege erst deinen Beleg vor"
        }
        ProposalFault::AlreadyProposed => {
            "du hast schon vorgeschlagen, Geld herauszunehmen; der Vorschlag wurde noch einmal gesendet"
        }
        ProposalFault::TakenOut => "das wurde schon herausgenommen",
        ProposalFault::AboveTheirs => "das ist mehr, als der anderen Seite hier gehört",
        ProposalFault::TooMany => {
            "hier warten zu viele Herausgaben; lass sie erst benutzt werden oder ablaufen"
        }
    }
}

const fn request(fault: RequestFault) -> &'static str {
    match fault {
        RequestFault::Past => "wähle eine Zeit in der Zukunft, bis zu der bezahlt werden kann",
        RequestFault::Unknown => "diese Anfrage ist hier nicht mehr bekannt",
        RequestFault::Paid => "diese Anfrage ist bezahlt",
        RequestFault::Less => "das ist weniger, als erbeten wurde",
        RequestFault::Expired => "diese Anfrage ist abgelaufen; lass dir eine neue stellen",
        RequestFault::TakenBack => "diese Anfrage wurde zurückgenommen",
        RequestFault::DeclinedByYou => "du hast diese Anfrage abgelehnt",
        RequestFault::PaidByYou => "du hast diese Anfrage schon bezahlt",
    }
}

const fn backup_fault(fault: BackupFault) -> &'static str {
    match fault {
        BackupFault::TooManyRecords => "sie enthält mehr Einträge, als diese App je schreibt",
        BackupFault::Unreadable => "sie enthält einen Eintrag, der nicht lesbar ist oder nichts beweist",
        BackupFault::TooManyChannels => "es wären hier zu viele Kanäle",
    }
}

fn wallet_fault(fault: &WalletFault) -> String {
    match fault {
        WalletFault::Failed(error) => return wallet(error),
        WalletFault::Unsent(error) => return chain(error),
        WalletFault::GivenUp => {
            "du wartest nicht mehr auf die Wallet; schließe ihr Fenster, bevor du es erneut versuchst"
        }
        WalletFault::Silent => {
            "deine Wallet hat nicht geantwortet; öffne sie, schließe, was dort wartet, und versuche es erneut"
        }
        WalletFault::Late => "die Wallet hat zu spät geantwortet; versuche es erneut",
        WalletFault::OtherAccount => {
            "die Wallet hat mit einem anderen Konto signiert; wähle das richtige und versuche es erneut"
        }
        WalletFault::Overtaken => "diese Zahlung wurde überholt; versuche es erneut",
    }
    .to_owned()
}

fn chain_fault(fault: &ChainFault) -> String {
    match fault {
        ChainFault::Failed(error) => return chain(error),
        ChainFault::TooLittle => "das Konto hat zu wenig von diesem Token",
        ChainFault::Refused => {
            "die Transaktion steht in einem Block, aber der Vertrag hat sie abgelehnt: Etwas kam dazwischen; sieh noch einmal nach"
        }
        ChainFault::NotMined(hash) => {
            return format!(
                "die Transaktion {hash:#x} ist gesendet, steht aber noch in keinem Block; diese Seite zeigt es, sobald es so weit ist"
            );
        }
    }
    .to_owned()
}
