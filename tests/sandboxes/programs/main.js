const [word, what] = require("fs").readFileSync(0, "utf8").trim().split(" ");
const kept = [];
if (word === "hello") console.log("hello " + what);
while (word === "loop");
while (word === "bomb") kept.push(Buffer.alloc(1 << 20, 1));
if (word === "spawn") {
  require("child_process").spawn("/bin/sleep", [what], { detached: true, stdio: "ignore" }).unref();
  console.log("spawned");
}
