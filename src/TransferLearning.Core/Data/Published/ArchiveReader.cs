using System.Formats.Tar;
using System.IO.Compression;

namespace TransferLearning;

/// <summary>
/// Lists the files of an archive one after the other: zip, tar, or either of a tar and a single file compressed with gzip. The kind is
/// recognised by content, since published archives have wrong extensions.
/// </summary>
internal static class ArchiveReader
{
    private const int TarBlock = 512;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>The files of an archive; links, devices and folders are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">Members for which this is true are archives too, and are replaced by their own files; null for none.</param>
    /// <exception cref="DatasetException">The archive is damaged or of another kind.</exception>
    public static IEnumerable<ArchiveMember> Members(string path, Func<string, bool>? inner)
    {
        using var file = File.OpenRead(path);
        foreach (var member in Safe(path, Members(file, Path.GetFileName(path))))
        {
            if (inner?.Invoke(member.Path) != true)
            {
                yield return member;
                continue;
            }

            foreach (var nested in Safe(path, Members(member.Content, member.Path)))
                yield return nested;
        }
    }

    /// <summary>The exception for an archive that cannot be read to its end.</summary>
    public static DatasetException Damaged(string path, Exception error) =>
        new($"'{path}' is cut off or damaged, or of an unknown kind: {error.Message.TrimEnd('.')}; delete it and fetch it again.");

    /// <summary>Whether it is what the decoders of archives throw at damaged content.</summary>
    public static bool IsDamage(Exception error) => error is InvalidDataException or EndOfStreamException or FormatException;

    private static IEnumerable<ArchiveMember> Members(Stream stream, string name)
    {
        var peeked = PeekedStream.Of(stream, TarBlock);
        if (peeked.Start.StartsWith("PK"u8))
            return ZipMembers(stream, peeked);
        if (IsTar(peeked.Start))
            return TarMembers(peeked);
        if (!peeked.Start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw new InvalidDataException("it is neither zip, tar nor gzip");
        var unzipped = PeekedStream.Of(new GZipStream(peeked, CompressionMode.Decompress), TarBlock);
        return IsTar(unzipped.Start) ? TarMembers(unzipped) : [new ArchiveMember(Path.GetFileNameWithoutExtension(name), unzipped)];
    }

    private static IEnumerable<ArchiveMember> ZipMembers(Stream stream, PeekedStream peeked)
    {
        if (stream.CanSeek)
            stream.Position = 0;

        // The directory of a zip file is at its end: one inside another archive is read into memory.
        using var zip = new ZipArchive(stream.CanSeek ? stream : peeked, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0))
        {
            using var content = entry.Open();
            yield return new ArchiveMember(entry.FullName.Replace('\\', '/'), content);
        }
    }

    private static IEnumerable<ArchiveMember> TarMembers(Stream stream)
    {
        using var tar = new TarReader(stream, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.Name.Length > 0)
                yield return new ArchiveMember(entry.Name, entry.DataStream ?? Stream.Null);
        }
    }

    /// <summary>
    /// The header of a tar entry has the sum of its own bytes, with spaces in place of the sum; old ones have no other mark.
    /// </summary>
    private static bool IsTar(ReadOnlySpan<byte> block)
    {
        if (block.Length < TarBlock || block[0] == 0)
            return false;
        int sum = ChecksumLength * ' ';
        for (int i = 0; i < TarBlock; i++)
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[i];
        int stated = 0;
        foreach (byte digit in block.Slice(ChecksumOffset, ChecksumLength))
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                stated = (8 * stated) + digit - '0';
        }

        return stated == sum;
    }

    /// <summary>
    /// The members with plain paths. What macOS and other tools add is left out, a path that leads out of the archive is an error, and what
    /// decoders throw becomes one kind of exception.
    /// </summary>
    private static IEnumerable<ArchiveMember> Safe(string path, IEnumerable<ArchiveMember> members)
    {
        using var each = members.GetEnumerator();
        while (true)
        {
            ArchiveMember member;
            try
            {
                if (!each.MoveNext())
                    yield break;
                member = each.Current;
            }
            catch (Exception error) when (IsDamage(error))
            {
                throw Damaged(path, error);
            }

            string plain = member.Path.StartsWith("./", StringComparison.Ordinal) ? member.Path[2..] : member.Path;
            string[] segments = plain.Split('/');
            if (plain.StartsWith('/') || segments.Contains("..") || segments[0].Contains(':', StringComparison.Ordinal))
                throw new DatasetException($"'{path}' has the path '{member.Path}', which leads out of it; it is not used.");
            if (!segments.Any(segment => segment.StartsWith('.') || segment == "__MACOSX"))
                yield return member with { Path = plain };
        }
    }
}
