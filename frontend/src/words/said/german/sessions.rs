//! What is wrong with a session, in German.

use crate::words::{count, said::Said};
use thunder_channel::metering::{HearFault, SessionPhase, SessionRefusal, StatementFault, TermsFault};
use thunder_client::downloads::{DownloadFault, OfferFault};

pub fn offer(fault: &OfferFault) -> String {
    match fault {
        OfferFault::OtherWorld => {
            "der Anbieter arbeitet auf einer anderen Chain oder mit einem anderen Vertrag als diese Seite"
                .to_owned()
        }
        OfferFault::Token => "der Anbieter nimmt einen Token, der hier nicht bekannt ist".to_owned(),
        OfferFault::Unit { unit } => format!(
            "der Anbieter will {} Byte unbestätigt senden; das ist mehr, als diese Seite wagt",
            count(*unit)
        ),
        OfferFault::Tolerance => {
            "die Toleranz des Anbieters liegt über einem Zehntel: Er könnte zu viel berechnen, das nie kam"
                .to_owned()
        }
        OfferFault::Period { period, least, most } => {
            format!("die Einspruchsfrist des Anbieters von {period} liegt nicht zwischen {least} und {most}")
        }
        OfferFault::Terms(fault) => format!("so kann keine Sitzung laufen: {}", terms(*fault)),
        OfferFault::TooDear => "der Anbieter verlangt für ein Megabyte mehr, als du gesagt hast".to_owned(),
        OfferFault::TooLittle { .. } => "die Einlage muss mindestens für eine Einheit reichen".to_owned(),
        OfferFault::Changed => {
            "der Anbieter hat sein Angebot geändert; sieh es dir noch einmal an".to_owned()
        }
    }
}

fn terms(fault: TermsFault) -> &'static str {
    match fault {
        TermsFault::ZeroAddress => "eine Seite oder ihr Unterzeichner ist die Null-Adresse",
        TermsFault::SameSides => "Kunde und Anbieter sind dieselbe Adresse: Eine Sitzung braucht zwei",
        TermsFault::SameSigners => "beide Seiten haben denselben Unterzeichner",
        TermsFault::ContractAsParty => "der Vertrag der Sitzungen kann an keiner teilnehmen",
        TermsFault::ContractAsToken => "der Vertrag der Sitzungen ist kein Token",
        TermsFault::ZeroPeriod => "die Einspruchsfrist muss mindestens 1 sein",
        TermsFault::ZeroPrice => "der Preis ist null",
        TermsFault::ZeroUnit => "die Einheit ist null; sie braucht mindestens ein Byte",
        TermsFault::QuantityBelowUnit => "die Menge liegt unter einer Einheit",
        TermsFault::ToleranceTooHigh => {
            "die Toleranz muss unter einer Million Teilen von einer Million liegen"
        }
        TermsFault::FreeUnit => "eine Einheit kostet bei diesem Preis nichts",
        TermsFault::PriceTooHigh => "die ganze Menge kostet mehr, als eine Sitzung fassen kann",
    }
}

pub fn download(fault: &DownloadFault) -> String {
    match fault {
        DownloadFault::Frame(fault) => {
            format!("der Anbieter sagt etwas, das diese Seite nicht versteht: {fault}")
        }
        DownloadFault::Version(version) => format!(
            "der Anbieter spricht Version {version} der Downloads, die diese Seite nicht kennt: Lade die Seite neu"
        ),
        DownloadFault::Origin(origin) => {
            format!("der Anbieter sagt, er sei als {origin} erreicht worden, und das wurde er nicht")
        }
        DownloadFault::Offer(fault) => fault.said(),
        DownloadFault::OtherProvider => {
            "unter dieser Adresse antwortet jetzt ein anderer Anbieter als der dieser Sitzung".to_owned()
        }
        DownloadFault::SignIn => "der Anbieter hielt die Anmeldung für die eines anderen".to_owned(),
        DownloadFault::Acceptance => {
            "der Anbieter hat einer anderen Sitzung oder Einlage zugestimmt, als er gefragt wurde".to_owned()
        }
        DownloadFault::OutOfOrder => {
            "der Anbieter sagt etwas, das an eine andere Stelle des Gesprächs gehört".to_owned()
        }
        DownloadFault::Bytes => "der Anbieter sendet andere Bytes, als er sagte".to_owned(),
        DownloadFault::OtherFile => {
            "die Datei ist inzwischen eine andere; was von der früheren kam, gehört nicht zu ihr: Lade sie neu herunter".to_owned()
        }
        DownloadFault::Statement(fault) => {
            format!("der Zählerstand des Anbieters ist nicht glaubhaft: {}", heard(fault))
        }
        DownloadFault::Overcounted { theirs, ours } => format!(
            "der Anbieter sagt, er habe {} Byte gesendet, und {} kamen: Es fehlt mehr, als die Bedingungen dulden",
            count(*theirs),
            count(*ours)
        ),
        DownloadFault::Guilty => {
            "der Anbieter hat Zählerstände signiert, die einander widersprechen: Er ist unehrlich, und das beweist es".to_owned()
        }
        DownloadFault::Settlement(fault) => {
            format!("die Signatur unter dem Ende ist nicht die des Anbieters: {}", statement(fault))
        }
        DownloadFault::Refused(words) => format!("der Anbieter lehnt ab: {words}"),
    }
}

fn heard(fault: &HearFault) -> String {
    match fault {
        HearFault::Statement(fault) => statement(fault),
        HearFault::UnknownAcknowledgement => "er bestätigt einen, den diese Seite nicht kennt".to_owned(),
        HearFault::BeyondCredit { acknowledged } => format!(
            "er liegt um mehr als eine Einheit über dem, was bestätigt ist ({} Byte)",
            count(*acknowledged)
        ),
    }
}

fn statement(fault: &StatementFault) -> String {
    match fault {
        StatementFault::WrongSession => "es geht um eine andere Sitzung".to_owned(),
        StatementFault::Signature(error) => error.said(),
        StatementFault::WrongSigner => "jemand anderes hat signiert".to_owned(),
    }
}

pub fn refusal(refusal: &SessionRefusal) -> String {
    use SessionRefusal as R;
    match refusal {
        R::Reentered => "der Vertrag wurde aufgerufen, während er auszahlte; versuche es erneut",
        R::OnlySelf => "diesen Aufruf kann nur der Vertrag selbst machen",
        R::WrongPhase(phase) => return format!("das geht jetzt nicht: Die Sitzung {}", self::phase(*phase)),
        R::WrongEpoch { .. } => {
            "das gehört zu einem anderen Leben der Sitzung; sie wurde inzwischen neu vorgeschlagen"
        }
        R::NoMoreEpochs => {
            "diese Sitzung wurde so oft vorgeschlagen, wie der Vertrag zählen kann; schlage eine neue vor"
        }
        R::NotClient => "das kann nur der Kunde; wechsle in der Wallet zu seinem Konto",
        R::NotProvider => "das kann nur der Anbieter; wechsle in der Wallet zu seinem Konto",
        R::NotASide => "dieses Konto ist in dieser Sitzung weder Kunde noch Anbieter",
        R::BadTerms(fault) => return format!("diese Sitzung kann nicht vorgeschlagen werden: {}", terms(*fault)),
        R::LimitReached { limit } => {
            return format!(
                "der Anbieter hat so viele laufende Sitzungen, wie er annimmt ({limit}); versuche es, wenn eine zu Ende ist"
            );
        }
        R::BadSignature => "eine Signatur ist nicht von der Seite, die signieren muss",
        R::NothingHigher { .. } => "der Vertrag kennt schon Zählerstände, die so hoch sind",
        R::Expired { .. } => "das ist abgelaufen; mache es neu",
        R::ProposalStands { .. } => "der Anbieter kann noch annehmen; nimm den Vorschlag danach zurück",
        R::PeriodOver { .. } => "die Einspruchsfrist ist vorbei; die Sitzung kann ausgezahlt werden",
        R::PeriodRunning { .. } => "die Einspruchsfrist läuft noch; lass auszahlen, wenn sie vorbei ist",
        R::PeriodTooLong => "das würde später enden, als der Vertrag zählen kann",
        R::AmountMismatch => "das gesendete Ether ist nicht der Betrag der Einlage",
        R::ZeroAmount => super::ABOVE_ZERO,
        R::DepositTooSmall { .. } => "die Einlage muss mindestens für eine Einheit reichen",
        R::DepositAbovePrice { .. } => "die Einlage ist höher als der Preis der ganzen Menge",
        R::BadAmounts { .. } => "das Ende berechnet mehr, als da ist, oder zahlt mehr, als es berechnet",
        R::TokenTransferFailed => {
            "der Token hat die Überweisung abgelehnt; prüfe das Guthaben und die Freigabe für den Vertrag"
        }
        R::EtherTransferFailed => "das Konto hat das Ether nicht angenommen",
        R::NotEnoughGas => "die Transaktion hat zu wenig Gas; sende sie mit mehr",
        R::NothingOwed => "für dieses Konto ist nichts verwahrt",
    }
    .to_owned()
}

const fn phase(phase: SessionPhase) -> &'static str {
    match phase {
        SessionPhase::Empty => "wurde nie vorgeschlagen",
        SessionPhase::Proposed => "wartet auf ihren Anbieter",
        SessionPhase::Active => "läuft",
        SessionPhase::Closing => "schließt gerade",
        SessionPhase::Ended => "ist zu Ende",
    }
}
