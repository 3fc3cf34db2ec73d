//! The languages that can be coloured, by the names that models and people give them.

use super::lexer::{Quote, Style, Syntax};

/// How a language is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Language {
    Code(&'static Syntax),
    Markup,
    Diff,
    Markdown,
}

macro_rules! languages {
    ($($language:expr => $($name:literal)+,)+) => {
        /// The language of this name, in lower case.
        pub(super) fn language(name: &str) -> Option<Language> {
            Some(match name {
                $($($name)|+ => $language,)+
                _ => return None,
            })
        }

        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$($($name,)+)+];
    };
}

languages! {
    Language::Code(&C) => "c" "h" "cpp" "c++" "cc" "cxx" "hpp" "cuda" "objective-c" "objc" "glsl" "arduino",
    Language::Code(&CSHARP) => "csharp" "c#" "cs" "c-sharp",
    Language::Code(&CSS) => "css" "scss" "less" "sass",
    Language::Code(&DOCKERFILE) => "dockerfile" "docker" "containerfile",
    Language::Code(&ELIXIR) => "elixir" "ex" "exs",
    Language::Code(&GO) => "go" "golang",
    Language::Code(&HASKELL) => "haskell" "hs",
    Language::Code(&HCL) => "hcl" "terraform" "tf" "nginx" "proto" "protobuf" "graphql" "gql",
    Language::Code(&INI) => "ini" "toml" "cfg" "conf" "properties" "env" "dotenv" "editorconfig",
    Language::Code(&JAVA) => "java" "kotlin" "kt" "kts" "scala" "groovy" "dart",
    Language::Code(&JAVASCRIPT) => "javascript" "js" "jsx" "mjs" "cjs" "node" "typescript" "ts" "tsx" "mts",
    Language::Code(&JSON) => "json" "jsonc" "json5" "jsonl" "ndjson",
    Language::Code(&LUA) => "lua",
    Language::Code(&MAKEFILE) => "makefile" "make" "mk" "cmake",
    Language::Code(&PHP) => "php",
    Language::Code(&POWERSHELL) => "powershell" "ps1" "pwsh",
    Language::Code(&PYTHON) => "python" "py" "python3" "py3" "pycon",
    Language::Code(&R) => "r" "rlang" "julia" "jl",
    Language::Code(&RUBY) => "ruby" "rb" "perl" "pl",
    Language::Code(&RUST) => "rust" "rs",
    Language::Code(&SHELL) => "bash" "sh" "shell" "zsh" "fish" "console" "terminal" "shell-session",
    Language::Code(&SQL) => "sql" "mysql" "postgres" "postgresql" "sqlite" "tsql" "plsql" "duckdb",
    Language::Code(&SWIFT) => "swift" "zig",
    Language::Code(&YAML) => "yaml" "yml",
    Language::Markup => "html" "htm" "xhtml" "xml" "svg" "vue" "svelte" "xsl" "xsd",
    Language::Diff => "diff" "patch",
    Language::Markdown => "markdown" "md" "mdx",
}

const fn quote(
    open: &'static str,
    close: &'static str,
    is_multiline: bool,
    escapes: bool,
) -> Quote {
    Quote { open, close, is_multiline, escapes }
}

const DOUBLE: Quote = quote("\"", "\"", false, true);
const SINGLE: Quote = quote("'", "'", false, true);
const BACKTICK: Quote = quote("`", "`", true, true);
const TRIPLE: Quote = quote("\"\"\"", "\"\"\"", true, true);
const TRIPLE_SINGLE: Quote = quote("'''", "'''", true, true);

/// What most languages in the tradition of C share.
const C_LIKE: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    strings: &[DOUBLE, SINGLE],
    keywords: "",
    types: "",
    constants: "true false null",
    ignores_case: false,
    style: Style::Program,
};

/// What most languages with `#` comments share.
const HASH_LIKE: Syntax = Syntax { line_comments: &["#"], block_comment: None, ..C_LIKE };

static C: Syntax = Syntax {
    keywords: "alignas auto break case catch class concept const consteval constexpr continue co_await co_return co_yield decltype default delete do else enum explicit export extern final for friend goto if inline mutable namespace new noexcept operator override private protected public register requires return sizeof static static_assert static_cast dynamic_cast reinterpret_cast struct switch template this throw try typedef typename union using virtual volatile while",
    types: "bool char double float int long short signed size_t ssize_t unsigned void wchar_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t string vector map",
    constants: "true false NULL nullptr",
    ..C_LIKE
};

static CSHARP: Syntax = Syntax {
    strings: &[
        TRIPLE,
        quote("@\"", "\"", true, false),
        quote("$\"", "\"", false, true),
        DOUBLE,
        SINGLE,
    ],
    keywords: "abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern finally fixed for foreach get global goto if implicit in init interface internal is lock namespace new operator out override params partial private protected public readonly record ref required return sealed set sizeof stackalloc static struct switch this throw try typeof unchecked unsafe using var virtual volatile when where while with yield",
    types: "bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort void",
    ..C_LIKE
};

pub(super) static CSS: Syntax =
    Syntax { constants: "auto inherit initial none unset", style: Style::Css, ..C_LIKE };

static DOCKERFILE: Syntax = Syntax {
    keywords: "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR",
    constants: "",
    style: Style::Shell,
    ..HASH_LIKE
};

static ELIXIR: Syntax = Syntax {
    strings: &[TRIPLE, DOUBLE, SINGLE],
    keywords: "after alias and case catch cond def defmacro defmodule defp defstruct do else end fn for if import in not or quote raise receive require rescue try unless unquote use when with",
    constants: "true false nil",
    ..HASH_LIKE
};

static GO: Syntax = Syntax {
    strings: &[DOUBLE, SINGLE, quote("`", "`", true, false)],
    keywords: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var",
    types: "any bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint uint16 uint32 uint64 uint8 uintptr",
    constants: "true false nil iota",
    ..C_LIKE
};

static HASKELL: Syntax = Syntax {
    line_comments: &["--"],
    block_comment: Some(("{-", "-}")),
    strings: &[DOUBLE],
    keywords: "as case class data default deriving do else forall foreign hiding if import in infix infixl infixr instance let module newtype of qualified then type where",
    constants: "",
    ..C_LIKE
};

static HCL: Syntax = Syntax {
    line_comments: &["#", "//"],
    keywords: "resource data variable output provider module locals terraform message service rpc returns enum oneof repeated optional syntax package import option query mutation subscription fragment type input interface union scalar schema directive server location upstream listen",
    types: "string number bool list map set object any int32 int64 uint32 uint64 double float bytes",
    ..C_LIKE
};

static INI: Syntax = Syntax {
    line_comments: &["#", ";"],
    strings: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    style: Style::Data,
    ..HASH_LIKE
};

static JAVA: Syntax = Syntax {
    strings: &[TRIPLE, DOUBLE, SINGLE],
    keywords: "abstract actual annotation as assert async await break by case catch class companion const continue crossinline data def default defer do else enum expect export extends extension external factory final finally fun for get given goto if implements implicit import in infix init inline inner instanceof interface internal is late lateinit lazy match mixin native new noinline object on open operator out override package part permits private protected public reified required rethrow return sealed set static strictfp super suspend switch synchronized tailrec this throw throws trait transient try type typealias using val var vararg volatile when where while with yield",
    types: "boolean byte char double dynamic float int long num short void",
    ..C_LIKE
};

pub(super) static JAVASCRIPT: Syntax = Syntax {
    strings: &[DOUBLE, SINGLE, BACKTICK],
    keywords: "abstract as asserts async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let namespace new of override private protected public readonly return satisfies set static super switch this throw try type typeof var void while with yield",
    types: "any bigint boolean never number object string symbol unknown",
    constants: "true false null undefined NaN Infinity",
    ..C_LIKE
};

static JSON: Syntax = Syntax { style: Style::Data, ..C_LIKE };

static LUA: Syntax = Syntax {
    line_comments: &["--"],
    block_comment: Some(("--[[", "]]")),
    strings: &[quote("[[", "]]", true, false), DOUBLE, SINGLE],
    keywords: "and break do else elseif end for function goto if in local not or repeat return then until while",
    constants: "true false nil",
    ..C_LIKE
};

static MAKEFILE: Syntax = Syntax {
    keywords: "define else endef endif export foreach endforeach function endfunction if ifdef ifeq ifndef ifneq include override private set target_link_libraries add_executable add_library project unexport vpath",
    constants: "ON OFF TRUE FALSE",
    ..HASH_LIKE
};

static PHP: Syntax = Syntax {
    line_comments: &["//", "#"],
    keywords: "abstract and array as break case catch class clone const continue declare default do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile enum extends final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new or php print private protected public readonly require require_once return static switch throw trait try unset use var while xor yield",
    types: "bool callable float int iterable mixed never object self string void",
    constants: "true false null TRUE FALSE NULL",
    ..C_LIKE
};

static POWERSHELL: Syntax = Syntax {
    block_comment: Some(("<#", "#>")),
    keywords: "begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach function if in param process return switch throw trap try until using while",
    constants: "",
    ignores_case: true,
    style: Style::Shell,
    ..HASH_LIKE
};

static PYTHON: Syntax = Syntax {
    strings: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    keywords: "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try while with yield",
    types: "bool bytes complex dict float frozenset int list object set str tuple type",
    constants: "True False None",
    ..HASH_LIKE
};

static R: Syntax = Syntax {
    strings: &[TRIPLE, DOUBLE, SINGLE],
    keywords: "abstract baremodule begin break const continue do else elseif end export finally for function global if import in let library local macro module mutable next quote repeat require return struct try using where while",
    constants: "TRUE FALSE NULL NA Inf NaN true false nothing missing",
    ..HASH_LIKE
};

static RUBY: Syntax = Syntax {
    keywords: "alias and attr_accessor attr_reader attr_writer begin break case class def defined do else elsif end ensure extend for foreach if in include last local module my next not or our package print private protected public raise redo rescue require require_relative retry return self sub super then undef unless until use when while yield",
    constants: "true false nil undef",
    ..HASH_LIKE
};

static RUST: Syntax = Syntax {
    strings: &[
        quote("r#\"", "\"#", true, false),
        quote("br\"", "\"", true, false),
        quote("r\"", "\"", true, false),
        quote("b\"", "\"", true, true),
        quote("\"", "\"", true, true),
    ],
    keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop macro_rules match mod move mut pub ref return self Self static struct super trait type union unsafe use where while yield",
    types: "bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize",
    constants: "true false None Some Ok Err",
    style: Style::Rust,
    ..C_LIKE
};

static SHELL: Syntax = Syntax {
    strings: &[quote("\"", "\"", true, true), quote("'", "'", true, false)],
    keywords: "break case continue declare do done elif else esac eval exec exit export fi for function if in local readonly return set shift source sudo then time trap unset until while",
    constants: "",
    style: Style::Shell,
    ..HASH_LIKE
};

static SQL: Syntax = Syntax {
    line_comments: &["--"],
    strings: &[quote("'", "'", true, false), DOUBLE, quote("`", "`", false, false)],
    keywords: "add all alter analyze and as asc begin between by cascade case cast check column commit conflict constraint create cross cte database declare default delete desc distinct do drop else end escape except exec exists explain fetch filter first for foreign from full function grant group having if ilike in index inner insert intersect into is join key last lateral left like limit materialized merge natural not nothing nulls of offset on only or order outer over partition primary procedure recursive references replace returning returns revoke right rollback row rows schema select set table temporary then to transaction trigger truncate union unique update using values view virtual when where window with",
    types: "bigint binary blob boolean bytea char character date datetime decimal double float int integer interval json jsonb money numeric real serial smallint text time timestamp timestamptz tinyint uuid varchar",
    ignores_case: true,
    ..C_LIKE
};

static SWIFT: Syntax = Syntax {
    strings: &[TRIPLE, DOUBLE],
    keywords: "actor any as associatedtype async await break case catch class comptime const continue default defer deinit do else enum errdefer extension fallthrough fileprivate final fn for func get guard if import in indirect init inout internal is lazy let mutating nonisolated open operator override private protocol pub public repeat return self Self set some static struct subscript super switch test throw throws try typealias unowned usingnamespace var weak where while",
    types: "u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 bool void",
    constants: "true false nil null undefined",
    ..C_LIKE
};

static YAML: Syntax =
    Syntax { constants: "true false null yes no on off", style: Style::Data, ..HASH_LIKE };
