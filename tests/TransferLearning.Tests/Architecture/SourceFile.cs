using System.Text;
using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Architecture;

/// <summary>A C# file of the repository, with its code freed of comments and of the text in strings.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string root, string path)
    {
        string text = File.ReadAllText(path);
        Path = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
        Room = Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.IndexOf('/', StringComparison.Ordinal)] : "";
        Lines = text.AsSpan().TrimEnd().Count('\n') + 1;
        Code = NameOf().Replace(new CodeReader(text).Read(), "");
    }

    /// <summary>The path below the folder that was read, with slashes.</summary>
    public string Path { get; }

    /// <summary>The first folder of the path; empty for a file outside all rooms.</summary>
    public string Room { get; }

    /// <summary>All folders of the path, with slashes; empty for a file outside all rooms.</summary>
    public string Folder => Path[..Math.Max(Path.LastIndexOf('/'), 0)];

    /// <summary>The name of the file without its extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folders that the file is in, from the root, which is empty, to its own.</summary>
    public IEnumerable<string> Folders =>
        Folder.Split('/').Select((_, index) => string.Join('/', Folder.Split('/').Take(index + 1))).Prepend("").Distinct();

    /// <summary>
    /// What of a folder the file belongs to: the name of a sub-folder, or "." for the folder's own files; null where it is outside.
    /// </summary>
    public string? PartOf(string folder)
    {
        string prefix = folder.Length == 0 ? "" : folder + "/";
        if (!Path.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        string rest = Path[prefix.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "." : rest[..slash];
    }

    public int Lines { get; }

    /// <summary>The code alone. Names in <c>nameof</c> are gone too: they appear in messages and bind nothing to anything.</summary>
    public string Code { get; }

    /// <summary>The types that the file declares, those inside other types left out.</summary>
    public IEnumerable<string> DeclaredTypes => Declaration().Matches(Code).Select(match => match.Groups["name"].Value);

    /// <summary>Every name in the code that may be a type: capitalised, and no member of something.</summary>
    public IEnumerable<string> MentionedNames => Mention().Matches(Code).Select(match => match.Value).Distinct();

    /// <summary>Names of properties, constants, parameters and enum members, which in their own room are no types.</summary>
    public IEnumerable<string> DeclaredMembers => Member().Matches(Code).Select(match => match.Groups["name"].Value)
        .Concat(EnumBody().Matches(Code).SelectMany(body => Mention().Matches(body.Groups["body"].Value)).Select(match => match.Value));

    /// <summary>All files below a folder of the repository, without what the build writes.</summary>
    public static IReadOnlyList<SourceFile> Below(string folder)
    {
        string root = System.IO.Path.Combine(TestData.RepositoryRoot, folder);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(path => !Built().IsMatch(System.IO.Path.GetRelativePath(root, path)))
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(root, path)),
        ];
    }

    public override string ToString() => Path;

    [GeneratedRegex(@"(^|[\\/])(bin|obj)[\\/]")]
    private static partial Regex Built();

    [GeneratedRegex(@"\bnameof\([^)]*\)")]
    private static partial Regex NameOf();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*" +
        @"(?:class|record struct|record class|record|struct|interface|enum|delegate\s+[\w<>\[\],?]+)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(
        @"(?<type>\b(?!(?:is|as|new|return|in|out|ref|throw|case|not|or|and|where|class|record|struct|enum|interface|await|else)\b)" +
        @"[\w.]+(?:<[^;{}()]*>)?(?:\[\])?\??)\s+(?<name>[A-Z]\w*)\s*(?=[={;,)])")]
    private static partial Regex Member();

    [GeneratedRegex(@"\benum\s+\w+\s*\{(?<body>[^}]*)\}")]
    private static partial Regex EnumBody();

    [GeneratedRegex(@"(?<![\w.@])[A-Z]\w*")]
    private static partial Regex Mention();

    /// <summary>Copies code and leaves out comments and the text of strings; the holes of interpolated strings are code.</summary>
    private sealed class CodeReader(string text)
    {
        private readonly StringBuilder _code = new(text.Length);
        private int _at;

        public string Read()
        {
            ReadCode(endsAtBrace: false);
            return _code.ToString();
        }

        private void ReadCode(bool endsAtBrace)
        {
            int depth = 0;
            while (_at < text.Length)
            {
                char c = text[_at];
                if (c == '/' && Next(1) == '/')
                    SkipTo("\n");
                else if (c == '/' && Next(1) == '*')
                    SkipTo("*/");
                else if (c == '\'')
                    SkipCharacter();
                else if (c is '"' or '$' or '@' && StringStart().Match(text, _at) is { Success: true } start)
                    SkipString(start);
                else
                {
                    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                    if (endsAtBrace && depth < 0)
                        return;
                    _code.Append(c);
                    _at++;
                }
            }
        }

        private char Next(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

        private void SkipTo(string end)
        {
            int found = text.IndexOf(end, _at + 2, StringComparison.Ordinal);
            _at = found < 0 ? text.Length : end == "\n" ? found : found + end.Length;
        }

        private void SkipCharacter()
        {
            _at++;
            while (Next(0) is not ('\'' or '\0'))
                _at += Next(0) == '\\' ? 2 : 1;
            _at++;
        }

        private void SkipString(Match start)
        {
            int holeBraces = start.Groups["prefix"].Value.Count(c => c == '$');
            bool verbatim = start.Groups["prefix"].Value.Contains('@', StringComparison.Ordinal);
            string quotes = start.Groups["quotes"].Value;
            if (quotes.Length == 2)
            {
                _at += start.Length;
                return;
            }

            _at += start.Length;
            string hole = new('{', Math.Max(holeBraces, 1));
            while (_at < text.Length)
            {
                if (quotes.Length == 1 && !verbatim && Next(0) == '\\' || quotes.Length == 1 && verbatim && Next(0) == '"'
                    && Next(1) == '"')
                    _at += 2;
                else if (quotes.Length == 1 && holeBraces > 0 && Next(0) is '{' or '}' && Next(0) == Next(1))
                    _at += 2;
                else if (string.CompareOrdinal(text, _at, quotes, 0, quotes.Length) == 0)
                {
                    _at += quotes.Length;
                    _code.Append("\"\"");
                    return;
                }
                else if (holeBraces > 0 && string.CompareOrdinal(text, _at, hole, 0, hole.Length) == 0)
                {
                    _at += hole.Length;
                    _code.Append(' ');
                    ReadCode(endsAtBrace: true);
                    _code.Append(' ');
                    _at += hole.Length;
                }
                else
                {
                    _at++;
                }
            }
        }
    }

    [GeneratedRegex("""\G(?<prefix>[$@]*)(?<quotes>"{3,}|""(?!")|")""")]
    private static partial Regex StringStart();
}
