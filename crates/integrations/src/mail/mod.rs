//! E-mail: by SMTP, or into a folder while no server is configured.

use std::path::PathBuf;

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use thiserror::Error;

/// Where mail of this kind ends.
#[derive(Clone)]
struct Unsubscribe(String);

impl Header for Unsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// That one click there is enough.
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

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
    /// The link by which one click ends mail of this kind (RFC 8058).
    pub unsubscribe: Option<String>,
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
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(mail.to.parse()?)
            .subject(mail.subject);
        if let Some(link) = mail.unsubscribe {
            message = message
                .header(Unsubscribe(format!("<{link}>")))
                .header(OneClick);
        }
        let message = message.multipart(MultiPart::alternative_plain_html(mail.text, mail.html))?;
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
