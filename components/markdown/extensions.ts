/** The endings of files by the names that fences give to languages; a name that is its own ending is not listed. */
const extensions: Readonly<Record<string, string>> = {
  bash: "sh", csharp: "cs", "c++": "cpp", dockerfile: "Dockerfile", golang: "go", haskell: "hs", htm: "html", javascript: "js", jsonc: "json", json5: "json5",
  julia: "jl", kotlin: "kt", latex: "tex", markdown: "md", matlab: "m", mermaid: "mmd", "objective-c": "m", perl: "pl", plaintext: "txt", powershell: "ps1",
  python: "py", py3: "py", ruby: "rb", rust: "rs", shell: "sh", text: "txt", typescript: "ts", yaml: "yml", zsh: "sh",
};

/** Without its dot. */
export function extensionOf(language: string | undefined): string {
  const name = (language ?? "").toLowerCase();
  return extensions[name] ?? (/^[a-z0-9]{1,8}$/.test(name) ? name : "txt");
}
