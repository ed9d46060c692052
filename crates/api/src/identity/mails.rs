//! The words of the mails that people get, in each language. A mail without its words in a language does not compile.

use domain::core::text::fold;
use persistence::{Store, StoreResult, Tx, platform::job};
use serde_json::json;
use shared_types::{Language, platform::NotificationKind};

/// A mail, with what it is about.
#[derive(Clone, Copy)]
pub enum Mail<'a> {
    /// A link to choose a new password.
    ResetPassword {
        /// The link.
        link: &'a str,
    },
    /// A link to prove an address.
    VerifyEmail {
        /// The link.
        link: &'a str,
    },
    /// Somebody tried to register with an address that has an account.
    KnownAddress {
        /// Where to sign in.
        link: &'a str,
    },
    /// The second factor of somebody was switched on or off.
    SecondFactor {
        /// Whether it is on now.
        on: bool,
    },
    /// An invitation into an organization.
    Invitation {
        /// Name of the organization.
        organization: &'a str,
        /// Name of the member who invites.
        by: Option<&'a str>,
        /// The link.
        link: &'a str,
    },
    /// Somebody was mentioned in a note.
    Mention {
        /// Name of the member who wrote it.
        by: &'a str,
        /// What the note is about.
        about: &'a str,
        /// The words around the mention; of a confidential note none.
        words: Option<&'a str>,
        /// Where the note stands.
        link: &'a str,
    },
    /// Something happened that the member wants to be told of.
    Notice {
        /// What happened.
        notice: Notice<'a>,
        /// Where it is seen.
        link: &'a str,
    },
    /// What happened since the mail of the day before.
    Digest {
        /// Each with where it is seen.
        notices: &'a [(Notice<'a>, &'a str)],
        /// Where all of it is seen.
        link: &'a str,
    },
    /// Something is due soon.
    Reminder {
        /// What it is about.
        subject: &'a str,
        /// When it is due, where the organization is.
        due: &'a str,
        /// Where it is seen.
        link: &'a str,
    },
}

/// Something that a member is told of.
#[derive(Clone, Copy)]
pub struct Notice<'a> {
    /// Of what.
    pub kind: NotificationKind,
    /// What it is about.
    pub title: &'a str,
    /// Name of the member who did it.
    pub by: Option<&'a str>,
}

impl Notice<'_> {
    /// What it says, in a line.
    fn line(self, language: Language) -> String {
        use Language::{En, Fr, Sr};
        use NotificationKind as K;
        let Self { kind, title, by } = self;
        let by = by.unwrap_or("Touchline");
        match (kind, language) {
            (K::DealAssigned, En) => format!("{by} gave you the deal {title}"),
            (K::DealAssigned, Fr) => format!("{by} vous a confié l’affaire {title}"),
            (K::DealAssigned, Sr) => format!("{by} Vam dodeljuje priliku {title}"),
            (K::LeadAssigned, En) => format!("{by} gave you the lead {title}"),
            (K::LeadAssigned, Fr) => format!("{by} vous a confié la piste {title}"),
            (K::LeadAssigned, Sr) => format!("{by} Vam dodeljuje potencijalnog kupca {title}"),
            (K::Mention, En) => format!("{by} mentioned you: {title}"),
            (K::Mention, Fr) => format!("{by} vous a mentionné\u{a0}: {title}"),
            (K::Mention, Sr) => format!("{by} Vas pominje: {title}"),
            (K::ActivityReminder, En) => format!("Due soon: {title}"),
            (K::ActivityReminder, Fr) => format!("Bientôt à échéance\u{a0}: {title}"),
            (K::ActivityReminder, Sr) => format!("Uskoro dospeva: {title}"),
            (K::ImportFinished, En) => format!("The import of {title} is over"),
            (K::ImportFinished, Fr) => format!("L’import de {title} est terminé"),
            (K::ImportFinished, Sr) => format!("Uvoz datoteke {title} je završen"),
            (K::InvitationAccepted, En) => format!("{title} accepted your invitation"),
            (K::InvitationAccepted, Fr) => format!("{title} a accepté votre invitation"),
            (K::InvitationAccepted, Sr) => format!("{title} prihvata Vašu pozivnicu"),
        }
    }
}

/// The language of whoever has an address, if they have chosen one.
///
/// # Errors
/// When the database does not answer.
pub async fn language_of(store: &Store, email: &str) -> StoreResult<Option<Language>> {
    let known = store.system().user_by_email(&fold(email)).await?;
    Ok(known.and_then(|known| known.language))
}

/// Queues a mail, in the language of whoever gets it or else in English.
pub fn send(tx: &Tx, to: &str, language: Option<Language>, mail: Mail<'_>) {
    send_with(tx, to, language, mail, None);
}

/// The same, with the link by which one click ends mail of this kind.
pub fn send_with(
    tx: &Tx,
    to: &str,
    language: Option<Language>,
    mail: Mail<'_>,
    unsubscribe: Option<String>,
) {
    let language = language.unwrap_or(Language::En);
    let (subject, paragraphs) = words(mail, language);
    let html: String = paragraphs
        .iter()
        .map(|paragraph| {
            let text = escape(paragraph);
            if paragraph.starts_with("http") {
                format!("<p><a href=\"{text}\">{text}</a></p>")
            } else {
                format!("<p>{text}</p>")
            }
        })
        .collect();
    let html = format!("<div lang=\"{}\">{html}</div>", language.tag());
    job::enqueue(
        tx,
        job::NewJob {
            kind: "mail.send",
            payload: json!({"to": to, "subject": subject, "text": paragraphs.join("\n\n"), "html": html, "unsubscribe": unsubscribe}),
            max_attempts: 8,
        },
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Why somebody gets a mail of this kind, and how it ends.
const fn told_because(language: Language) -> &'static str {
    match language {
        Language::En => "You say in your profile of what you are told by mail.",
        Language::Fr => "Votre profil dit de quoi vous êtes averti par e-mail.",
        Language::Sr => "U svom profilu birate o čemu dobijate e-poštu.",
    }
}

/// Subject and paragraphs.
fn words(mail: Mail<'_>, language: Language) -> (String, Vec<String>) {
    use Language::{En, Fr, Sr};
    let (subject, lead, link, end) = match (mail, language) {
        (Mail::ResetPassword { link }, En) => (
            "Choose a new password".to_owned(),
            "You asked for a link to choose a new password for Touchline.".to_owned(),
            Some(link),
            "The link is good once, and for one hour. If you did not ask for it, do nothing.",
        ),
        (Mail::ResetPassword { link }, Fr) => (
            "Choisissez un nouveau mot de passe".to_owned(),
            "Vous avez demandé un lien pour choisir un nouveau mot de passe Touchline.".to_owned(),
            Some(link),
            "Le lien ne sert qu’une fois et reste valable une heure. Si vous n’avez rien demandé, ne faites rien.",
        ),
        (Mail::ResetPassword { link }, Sr) => (
            "Izaberite novu lozinku".to_owned(),
            "Zatražili ste link za izbor nove lozinke za Touchline.".to_owned(),
            Some(link),
            "Link važi jednom, i to jedan sat. Ako ga niste tražili, ne morate ništa da radite.",
        ),
        (Mail::VerifyEmail { link }, En) => (
            "Verify your e-mail address".to_owned(),
            "Welcome to Touchline. Please verify that this address is yours.".to_owned(),
            Some(link),
            "The link is good once, and for one hour. If you did not ask for it, do nothing.",
        ),
        (Mail::VerifyEmail { link }, Fr) => (
            "Confirmez votre adresse e-mail".to_owned(),
            "Bienvenue sur Touchline. Veuillez confirmer que cette adresse est bien la vôtre.".to_owned(),
            Some(link),
            "Le lien ne sert qu’une fois et reste valable une heure. Si vous n’avez rien demandé, ne faites rien.",
        ),
        (Mail::VerifyEmail { link }, Sr) => (
            "Potvrdite svoju adresu e-pošte".to_owned(),
            "Dobro došli u Touchline. Molimo Vas da potvrdite da je ova adresa Vaša.".to_owned(),
            Some(link),
            "Link važi jednom, i to jedan sat. Ako ga niste tražili, ne morate ništa da radite.",
        ),
        (Mail::KnownAddress { link }, En) => (
            "You have an account already".to_owned(),
            "Somebody, perhaps you, tried to register with your address. You have an account already: sign in, or ask for a new password.".to_owned(),
            Some(link),
            "If it was not you, do nothing.",
        ),
        (Mail::KnownAddress { link }, Fr) => (
            "Vous avez déjà un compte".to_owned(),
            "Quelqu’un, peut-être vous, a essayé de s’inscrire avec votre adresse. Vous avez déjà un compte\u{a0}: connectez-vous ou demandez un nouveau mot de passe.".to_owned(),
            Some(link),
            "Si ce n’était pas vous, ne faites rien.",
        ),
        (Mail::KnownAddress { link }, Sr) => (
            "Već imate nalog".to_owned(),
            "Neko je, možda Vi, pokušao da se registruje Vašom adresom. Već imate nalog: prijavite se ili zatražite novu lozinku.".to_owned(),
            Some(link),
            "Ako to niste bili Vi, ne morate ništa da radite.",
        ),
        (Mail::SecondFactor { on }, En) => (
            "Your sign-in has changed".to_owned(),
            if on {
                "From now on a code of your app is asked for when you sign in to Touchline.".to_owned()
            } else {
                "No code is asked for any more when you sign in to Touchline.".to_owned()
            },
            None,
            "If that was not you, choose a new password at once, and tell your administrator.",
        ),
        (Mail::SecondFactor { on }, Fr) => (
            "Votre connexion a changé".to_owned(),
            if on {
                "Désormais, un code de votre application est demandé à la connexion à Touchline.".to_owned()
            } else {
                "Aucun code n’est plus demandé à la connexion à Touchline.".to_owned()
            },
            None,
            "Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe et prévenez votre administrateur.",
        ),
        (Mail::SecondFactor { on }, Sr) => (
            "Vaša prijava je promenjena".to_owned(),
            if on {
                "Od sada se pri prijavi u Touchline traži kod iz Vaše aplikacije.".to_owned()
            } else {
                "Pri prijavi u Touchline kod se više ne traži.".to_owned()
            },
            None,
            "Ako to niste bili Vi, odmah izaberite novu lozinku i obavestite svog administratora.",
        ),
        (Mail::Invitation { organization, by, link }, En) => (
            format!("Your invitation to {organization}"),
            by.map_or_else(
                || format!("You are invited to {organization} on Touchline."),
                |name| format!("{name} invites you to {organization} on Touchline."),
            ),
            Some(link),
            "The link is good once, and for seven days. If you do not know what this is about, do nothing.",
        ),
        (Mail::Invitation { organization, by, link }, Fr) => (
            format!("Votre invitation à rejoindre {organization}"),
            by.map_or_else(
                || format!("Vous êtes invité à rejoindre {organization} sur Touchline."),
                |name| format!("{name} vous invite à rejoindre {organization} sur Touchline."),
            ),
            Some(link),
            "Le lien ne sert qu’une fois et reste valable sept jours. Si vous ne savez pas de quoi il s’agit, ne faites rien.",
        ),
        (Mail::Invitation { organization, by, link }, Sr) => (
            format!("Pozivnica u {organization}"),
            by.map_or_else(
                || format!("Pozvani ste u {organization} na Touchline-u."),
                |name| format!("{name} Vas poziva u {organization} na Touchline-u."),
            ),
            Some(link),
            "Link važi jednom, i to sedam dana. Ako ne znate o čemu se radi, ne morate ništa da radite.",
        ),
        (Mail::Mention { by, about, words, link }, En) => (
            format!("{by} mentioned you: {about}"),
            words.map_or_else(
                || format!("In a confidential note about {about}, {by} mentioned you."),
                |words| format!("In a note about {about}, {by} mentioned you: \"{words}\""),
            ),
            Some(link),
            "Whoever may read the record sees what you answer there.",
        ),
        (Mail::Mention { by, about, words, link }, Fr) => (
            format!("{by} vous a mentionné\u{a0}: {about}"),
            words.map_or_else(
                || format!("Dans une note confidentielle sur {about}, {by} vous a mentionné."),
                |words| format!("Dans une note sur {about}, {by} vous a mentionné\u{a0}: «\u{a0}{words}\u{a0}»"),
            ),
            Some(link),
            "Ceux qui peuvent lire la fiche voient ce que vous y répondez.",
        ),
        (Mail::Mention { by, about, words, link }, Sr) => (
            format!("{by} Vas pominje: {about}"),
            words.map_or_else(
                || format!("U poverljivoj belešci o zapisu {about}, {by} Vas pominje."),
                |words| format!("U belešci o zapisu {about}, {by} Vas pominje: „{words}“"),
            ),
            Some(link),
            "Ko sme da čita zapis, vidi šta tamo odgovorite.",
        ),
        (Mail::Notice { notice, link }, language) => (
            notice.line(language),
            format!("{}.", notice.line(language)),
            Some(link),
            told_because(language),
        ),
        (Mail::Digest { notices, link }, En) => (
            format!("Your day: {} to read", notices.len()),
            "What happened since yesterday:".to_owned(),
            Some(link),
            told_because(language),
        ),
        (Mail::Digest { notices, link }, Fr) => (
            format!("Votre journée\u{a0}: {} à lire", notices.len()),
            "Ce qui s’est passé depuis hier\u{a0}:".to_owned(),
            Some(link),
            told_because(language),
        ),
        (Mail::Digest { notices, link }, Sr) => (
            format!("Vaš dan: {} za čitanje", notices.len()),
            "Šta se desilo od juče:".to_owned(),
            Some(link),
            told_because(language),
        ),
        (Mail::Reminder { subject, due, link }, En) => (
            format!("Reminder: {subject}"),
            format!("Due on {due}: {subject}"),
            Some(link),
            "The reminder was set with the activity.",
        ),
        (Mail::Reminder { subject, due, link }, Fr) => (
            format!("Rappel\u{a0}: {subject}"),
            format!("Échéance le {due}\u{a0}: {subject}"),
            Some(link),
            "Le rappel a été fixé avec l’activité.",
        ),
        (Mail::Reminder { subject, due, link }, Sr) => (
            format!("Podsetnik: {subject}"),
            format!("Rok {due}: {subject}"),
            Some(link),
            "Podsetnik je postavljen uz aktivnost.",
        ),
    };
    let mut paragraphs = vec![lead];
    if let Mail::Digest { notices, .. } = mail {
        for (notice, link) in notices {
            paragraphs.push(notice.line(language));
            paragraphs.push((*link).to_owned());
        }
    }
    paragraphs.extend(link.map(ToOwned::to_owned));
    paragraphs.push(end.to_owned());
    (subject, paragraphs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_of_its_own_and_the_link() {
        let link = "https://crm.example/x#token=1";
        let mails = [
            Mail::ResetPassword { link },
            Mail::VerifyEmail { link },
            Mail::KnownAddress { link },
            Mail::SecondFactor { on: true },
            Mail::SecondFactor { on: false },
            Mail::Invitation {
                organization: "Analytical Engines",
                by: Some("Ada"),
                link,
            },
        ];
        for mail in mails {
            let all: Vec<_> = Language::ALL
                .iter()
                .map(|language| words(mail, *language))
                .collect();
            for (subject, paragraphs) in &all {
                let has_link = paragraphs.iter().any(|paragraph| paragraph == link);
                assert_eq!(has_link, !matches!(mail, Mail::SecondFactor { .. }));
                assert!(!subject.is_empty());
            }
            assert_ne!(all[0], all[1]);
            assert_ne!(all[0], all[2]);
        }
    }
}
