//! E-mail: by SMTP, or into a folder while no server is configured.

use std::path::PathBuf;

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use thiserror::Error;

/// A message to send.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Address of who gets it.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its words, as plain text.
    pub text: String,
    /// The same, as HTML.
    pub html: String,
    /// A calendar file that goes with it.
    pub calendar: Option<CalendarPart>,
}

/// A calendar file in a message: beside its words, so that calendars take it in, and attached for those that do not.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct CalendarPart {
    /// What the calendar is asked to do (RFC 5546): `REQUEST`, `CANCEL`.
    pub method: String,
    /// The file.
    pub file: String,
}

fn body(mail: Mail) -> Result<MultiPart, MailError> {
    let words = MultiPart::alternative_plain_html(mail.text, mail.html);
    let Some(CalendarPart { method, file }) = mail.calendar else {
        return Ok(words);
    };
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))
        .map_err(|error| MailError::Calendar(error.to_string()))?;
    let beside = SinglePart::builder()
        .header(kind.clone())
        .body(file.clone());
    let attached = Attachment::new("invitation.ics".to_owned()).body(file, kind);
    Ok(MultiPart::mixed()
        .multipart(words.singlepart(beside))
        .singlepart(attached))
}

/// Why a message was not sent.
#[derive(Debug, Error)]
pub enum MailError {
    /// An address is none.
    #[error("an address is invalid: {0}")]
    Address(#[from] lettre::address::AddressError),
    /// The message could not be put together.
    #[error("the message could not be put together: {0}")]
    Message(#[from] lettre::error::Error),
    /// The server refused it or does not answer.
    #[error("the mail server: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The calendar file has no type that mails know.
    #[error("the calendar file: {0}")]
    Calendar(String),
    /// The folder cannot be written.
    #[error("the mail folder: {0}")]
    Folder(String),
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// Sends mail.
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

impl Mailer {
    /// A mailer over an SMTP server, by its URL (`smtps://user:password@host:465`).
    ///
    /// # Errors
    /// When the URL or the address is invalid.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        Ok(Self {
            from: from.parse()?,
            transport: Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build(),
            ),
        })
    }

    /// A mailer into a folder, one `.eml` file a message.
    ///
    /// # Errors
    /// When the folder cannot be made or the address is invalid.
    pub fn folder(folder: &PathBuf, from: &str) -> Result<Self, MailError> {
        std::fs::create_dir_all(folder).map_err(|error| MailError::Folder(error.to_string()))?;
        Ok(Self {
            from: from.parse()?,
            transport: Transport::Folder(AsyncFileTransport::<Tokio1Executor>::new(folder)),
        })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the message is invalid or cannot be handed over.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(mail.to.parse()?)
            .subject(mail.subject.clone())
            .multipart(body(mail)?)?;
        match &self.transport {
            Transport::Smtp(transport) => {
                transport.send(message).await?;
            }
            Transport::Folder(transport) => {
                transport
                    .send(message)
                    .await
                    .map_err(|error| MailError::Folder(error.to_string()))?;
            }
        }
        Ok(())
    }
}
