//! What a person wants of a session.

use super::Downloads;
use crate::{
    adapters::{clock::now_ms, files},
    state::dates::date,
    words::{Said, say},
};
use std::rc::Rc;
use thunder_channel::metering::SessionId;
use thunder_client::downloads::Link;

impl Downloads {
    /// Wants a file of a session.
    ///
    /// # Errors
    /// Words for the person.
    pub fn get(self: &Rc<Self>, id: SessionId, name: &str) -> Result<(), String> {
        let run = self.run(id)?;
        run.trouble.take();
        if run.download.borrow().link() == Link::Running {
            run.download.borrow_mut().get(name);
        } else {
            run.wanted.replace(Some(name.to_owned()));
        }
        self.connect(&run);
        run.nudge();
        self.draw();
        Ok(())
    }

    /// Wants no more of the file for now.
    ///
    /// # Errors
    /// Words for the person.
    pub fn pause(&self, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.wanted.take();
        run.download.borrow_mut().stop();
        run.nudge();
        self.keep_soon(&run);
        self.draw();
        Ok(())
    }

    /// Tries to reach the provider again.
    ///
    /// # Errors
    /// Words for the person.
    pub fn try_again(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.trouble.take();
        self.connect(&run);
        self.draw();
        Ok(())
    }

    /// Saves the file that came.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn save_file(&self, id: SessionId) -> Result<(), String> {
        let file = self.run(id)?.download.borrow().record().file.clone();
        let file = file.ok_or_else(|| say::no_such_session().to_owned())?;
        let pieces = self.desk.store.pieces(&id.to_string()).await;
        let pieces = pieces.map_err(|error| error.said())?;
        let whole = files::joined_blobs(&pieces).ok_or_else(|| say::cannot_save().to_owned())?;
        files::save_blob(&file.name, &whole)
    }

    /// Saves what proves the counts, for use without this app.
    ///
    /// # Errors
    /// Words for the person.
    pub fn save_evidence(&self, id: SessionId) -> Result<(), String> {
        let evidence = self.run(id)?.download.borrow().evidence();
        let text = serde_json::to_string_pretty(&evidence).map_err(|error| error.to_string())?;
        let short: String = id.to_string().chars().skip(2).take(8).collect();
        let name = format!("thunder-session-{short}-{}.json", date(now_ms()));
        files::save(&name, "application/json", &text)
    }

    /// Forgets a session that is over, and the bytes that came in it.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn forget(&self, id: SessionId) -> Result<(), String> {
        if !self.run(id)?.download.borrow().record().is_over() {
            return Err(say::session_not_over().to_owned());
        }
        let gone = self.desk.store.forget_session(&id.to_string()).await;
        gone.map_err(|error| error.said())?;
        self.runs.borrow_mut().retain(|run| run.id() != id);
        self.draw();
        Ok(())
    }
}
