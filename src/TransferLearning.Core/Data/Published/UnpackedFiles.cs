namespace TransferLearning;

/// <summary>
/// Writes the files of an unpacked dataset below one folder, as <c>part/class/file</c>. Nothing is written elsewhere, nothing twice, and
/// not without limit.
/// </summary>
/// <param name="folder">The full path of the folder.</param>
/// <param name="mostBytes">All files together have no more bytes.</param>
internal sealed class UnpackedFiles(string folder, long mostBytes)
{
    private const int BufferBytes = 128 * 1024;
    private const int LongestName = 200;

    /// <summary>Characters that a name of a file or folder may not have on some system.</summary>
    private const string Forbidden = "/\\:*?\"<>|";

    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _bytes;

    /// <summary>The number of files.</summary>
    public int Count { get; private set; }

    /// <summary>Writes a file.</summary>
    /// <param name="part">The folder of the split; null for none.</param>
    /// <param name="className">The class.</param>
    /// <param name="name">The file name.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <exception cref="DatasetException">A name is unsafe or occurs twice, or there are too many bytes.</exception>
    public void Add(string? part, string className, string name, Stream content, CancellationToken cancellationToken)
    {
        string classFolder = part is null ? Path.Combine(folder, Safe(className)) : Path.Combine(folder, part, Safe(className));
        string path = Path.Combine(classFolder, Safe(name));
        if (File.Exists(path))
        {
            throw new DatasetException(
                $"The archive has two files for '{Path.GetRelativePath(folder, path)}'; it is not the one expected.");
        }

        Directory.CreateDirectory(classFolder);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        int read;
        while ((read = content.Read(_buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CountBytes(read);
            file.Write(_buffer, 0, read);
        }

        Count++;

        void CountBytes(int read)
        {
            _bytes += read;
            if (_bytes > mostBytes)
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"The archive unpacks to more than {mostBytes} bytes, which no archive of its size should; it is not used."));
            }
        }
    }

    /// <summary>A class name is used as it is, except for characters that some system forbids; it can never lead out of a folder.</summary>
    private static string Safe(string name)
    {
        if (name.Length is 0 or > LongestName || name.StartsWith('.') || name.Any(letter => Forbidden.Contains(letter) || letter < ' '))
            throw new DatasetException($"The archive has the unsafe name '{name}'; it is not the one expected.");
        return name;
    }
}
