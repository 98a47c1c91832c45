// Saving a backup and taking one in, as a person does.
import { expect, test, type Person } from "./fixtures.ts";

const PASSWORD = "correct horse battery";

/** Saves a backup, as a person does; gives the file's path. */
export async function backup(person: Person, password = PASSWORD): Promise<string> {
  await person.app.openAccount();
  const saving = person.page.waitForEvent("download");
  await person.app.account.getByRole("textbox", { name: "New password for the backup", exact: true }).fill(password);
  await person.app.account.getByRole("button", { name: "Export backup", exact: true }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^thunder-backup-0x[0-9a-fA-F]{40}-\d{4}-\d\d-\d\d\.json$/);
  await person.app.closeDialog();
  // What a browser has downloaded goes with it, and here it has to outlive the browser.
  const kept = test.info().outputPath(file.suggestedFilename());
  await file.saveAs(kept);
  return kept;
}

/** Chooses a file and gives its password, in the account's dialog or where payments are set up. */
export async function takeIn(person: Person, file: string, password = PASSWORD): Promise<void> {
  const form = person.page.getByRole("form", { name: "Import a backup", exact: true });
  await form.getByLabel("Backup file", { exact: true }).setInputFiles(file);
  await form.getByRole("textbox", { name: "Password of the backup", exact: true }).fill(password);
  await form.getByRole("button", { name: "Import backup", exact: true }).click();
}
