//! An archive as it is written: in order, from beginning to end, to wherever its bytes go.

use std::{cell::RefCell, io::Write, rc::Rc};

use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::platform::archive::{MANIFEST, file_name};
use sha2::{Digest, Sha256};
use shared_types::platform::{ExportedFile, ImportKind, Manifest};
use zip::{
    CompressionMethod, DateTime as Moment, ZipWriter, write::SimpleFileOptions, write::StreamWriter,
};

/// What was written and is not taken yet.
#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An archive that is being written.
pub(super) struct Archive {
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    options: SimpleFileOptions,
}

/// A file of it.
pub(super) struct Open {
    kind: ImportKind,
    rows: u64,
    bytes: u64,
    hash: Sha256,
}

impl Open {
    /// The file, now that it is whole.
    pub(super) fn close(self) -> ExportedFile {
        ExportedFile {
            kind: self.kind,
            name: file_name(self.kind),
            rows: self.rows,
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finalize()),
        }
    }
}

/// Why it cannot be written: there is more than an archive holds.
pub(super) type Fault = String;

impl Archive {
    /// An archive of files of a time.
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        let sink = Sink::default();
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        let moment = Moment::from_date_and_time(
            u16::try_from(at.year()).unwrap_or(1980),
            part(at.month()),
            part(at.day()),
            part(at.hour()),
            part(at.minute()),
            part(at.second()),
        );
        Self {
            zip: ZipWriter::new_stream(sink.clone()),
            sink,
            options: SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(moment.unwrap_or_default()),
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// Those of [`Fault`].
    pub(super) fn open(&mut self, kind: ImportKind) -> Result<Open, Fault> {
        self.begin(&file_name(kind))?;
        Ok(Open {
            kind,
            rows: 0,
            bytes: 0,
            hash: Sha256::new(),
        })
    }

    fn begin(&mut self, name: &str) -> Result<(), Fault> {
        let begun = self.zip.start_file(name, self.options);
        begun.map_err(|error| error.to_string())
    }

    /// Adds rows to a file.
    ///
    /// # Errors
    /// Those of [`Fault`].
    pub(super) fn write(&mut self, open: &mut Open, text: &str, rows: usize) -> Result<(), Fault> {
        open.rows += rows as u64;
        open.bytes += text.len() as u64;
        open.hash.update(text);
        let written = self.zip.write_all(text.as_bytes());
        written.map_err(|error| error.to_string())
    }

    /// How many bytes wait to be taken.
    pub(super) fn ready(&self) -> usize {
        self.sink.0.borrow().len()
    }

    /// Takes what was written.
    pub(super) fn take(&self) -> Vec<u8> {
        self.sink.0.take()
    }

    /// Ends it with what it says of itself; what was written last.
    ///
    /// # Errors
    /// Those of [`Fault`].
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<Vec<u8>, Fault> {
        self.begin(MANIFEST)?;
        let text = serde_json::to_vec_pretty(manifest).map_err(|error| error.to_string())?;
        let written = self.zip.write_all(&text);
        written.map_err(|error| error.to_string())?;
        self.zip.finish().map_err(|error| error.to_string())?;
        Ok(self.sink.0.take())
    }
}
