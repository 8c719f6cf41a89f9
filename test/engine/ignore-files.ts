/** Ignore files that a real builder is given. */

/** What stands in the build context besides the Dockerfile and the ignore file. */
export const contextFiles: readonly string[] = [
  "a.txt",
  "b.log",
  ".env",
  "dir/a.txt",
  "dir/b.log",
  "dir/.env",
  "dir/deep/a.txt",
  "dir/deep/b.log",
  "dir/deep/deeper/a.txt",
  "node_modules/x/index.js",
  "pkg/node_modules/y/index.js",
  "[odd]/file",
  "with space/file",
  "star*file",
];

export interface IgnoreCase {
  readonly name: string;
  readonly text: string;
  /** Clients before 23 do otherwise; what. */
  readonly since23?: string;
}

export const ignoreFiles: readonly IgnoreCase[] = [
  { name: "empty", text: "" },
  { name: "one name at the root only", text: "a.txt\n" },
  { name: "a leading slash", text: "/dir/a.txt\n" },
  { name: "any depth", text: "**/*.log\n" },
  { name: "a star does not cross a slash", text: "*/*.log\n" },
  { name: "a directory takes what is in it", text: "dir\n" },
  { name: "a directory with a slash at the end", text: "dir/\n" },
  { name: "everything but one", text: "*\n!a.txt\n" },
  { name: "everything but one deep inside", text: "*\n!dir/deep\n" },
  { name: "taken back and taken away again", text: "*\n!dir\ndir/deep\n!dir/deep/deeper/a.txt\n" },
  { name: "comments and blank lines", text: "# x\n\n  \n b.log \n#a.txt\n" },
  { name: "a comment with a space before", text: " # a.txt\n" },
  { name: "dots in paths", text: "./dir/../a.txt\ndir/./b.log\n" },
  { name: "a path out of the context", text: "../a.txt\n" },
  { name: "brackets", text: "[ab].*\n" },
  { name: "a range and its opposite", text: "dir/[^b-z]*\n" },
  { name: "an escaped bracket", text: "\\[odd\\]\n" },
  { name: "an escaped star", text: "star\\*file\n" },
  { name: "a question mark", text: "?.txt\n" },
  { name: "a space in a name", text: "with space\n" },
  { name: "two stars at the end", text: "dir/**\n" },
  { name: "two stars in the middle", text: "dir/**/a.txt\n" },
  {
    name: "two stars alone",
    text: "**\n!**/*.txt\n",
    since23: "they look into no directory that is taken away",
  },
  { name: "node_modules anywhere", text: "**/node_modules\n" },
  { name: "an exclamation mark with a space", text: "*\n! a.txt\n" },
  { name: "Windows line ends", text: "a.txt\r\n*.log\r\n" },
  { name: "a byte order mark", text: "\uFEFFa.txt\n" },
  { name: "a bracket that is not closed", text: "[a\n" },
  { name: "an exclamation mark alone", text: "!\n" },
  { name: "the ignore file itself", text: ".dockerignore\nDockerfile\n" },
];
