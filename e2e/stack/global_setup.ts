// Before the first test: checks that every program is there, and deploys once.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy } from "./deployment.ts";
import { anvilPath, chromePath, distPath, forgePath, relayPath } from "./paths.ts";

export default async function setUp() {
  for (const find of [anvilPath, forgePath, relayPath, distPath, chromePath]) find();
  const folder = await mkdtemp(join(tmpdir(), "thunder-deployment-"));
  await deploy(folder);
  // Workers inherit the environment.
  process.env.THUNDER_DEPLOYMENT = folder;
  return async () => rm(folder, { recursive: true, force: true });
}
