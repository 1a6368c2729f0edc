using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning;

/// <summary>
/// Labelled features of any number of images, in a temporary file: what a head is fitted to where the features do not fit in memory, see
/// <see cref="TransferLearner.FitHeadAsync"/>. The file takes four bytes for each number; it is gone after disposal, and after the end of a
/// process that did not dispose.
/// </summary>
/// <remarks>Rows are added by one thread; afterwards any number of threads may fit heads to the table.</remarks>
/// <example>
/// <code>
/// using var table = new FeatureTable(columns: 1280);
/// foreach (var (features, label) in rows)
///     table.Add(features, label);
/// </code>
/// </example>
public sealed class FeatureTable : IDisposable
{
    private const int BufferedBytes = 1 << 20;
    private const int RowsPerRead = 128;

    private readonly SafeFileHandle _file;
    private readonly string _folder;
    private readonly List<int> _labels = [];
    private readonly float[] _buffer;
    private int _buffered;
    private long _written;

    /// <summary>An empty table.</summary>
    /// <param name="columns">The number of features of an image, 1 or more.</param>
    /// <param name="folder">The folder of the temporary file; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 1 or more.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public FeatureTable(int columns, string? folder = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Columns = columns;
        _buffer = new float[Math.Max(1, BufferedBytes / sizeof(float) / columns) * columns];
        _folder = folder ?? Path.GetTempPath();
        string path = Path.Combine(_folder, $"transferlearning-features-{Guid.NewGuid():N}.tmp");
        try
        {
            _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }

        // Windows deletes the file of a process that was killed; elsewhere a file stays open without its name.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
    }

    /// <summary>The number of features of an image.</summary>
    public int Columns { get; }

    /// <summary>The number of images.</summary>
    public int Rows => _labels.Count;

    /// <summary>The class of each image.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Adds an image.</summary>
    /// <param name="features">Its <see cref="Columns"/> features; all finite.</param>
    /// <param name="label">Its class, 0 or more.</param>
    /// <exception cref="ArgumentException">There is another number of features, one is not finite, or the class is negative.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(ReadOnlySpan<float> features, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        if (features.Length != Columns)
            throw new ArgumentException($"The table has {Columns} features for each image, not {features.Length}.", nameof(features));
        HeadData.RequireFinite(features, Rows, "table", nameof(features));
        features.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += Columns;
        _labels.Add(label);
        if (_buffered == _buffer.Length)
            Flush();
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Gives every label a new number.</summary>
    /// <param name="numbers">The new number of each label.</param>
    public void Relabel(IReadOnlyList<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        for (int i = 0; i < _labels.Count; i++)
            _labels[i] = numbers[_labels[i]];
    }

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="target">Receives them; a multiple of <see cref="Columns"/> long.</param>
    internal void Read(int first, Span<float> target)
    {
        if (_buffered > 0)
            Flush();
        var bytes = MemoryMarshal.AsBytes(target);
        long offset = (long)first * Columns * sizeof(float);
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
                throw new IOException($"The temporary file of {Rows} images ended early.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>The rows with the given numbers, in that order.</summary>
    internal FeatureMatrix Select(ReadOnlySpan<int> rows)
    {
        var selected = new FeatureMatrix(rows.Length, Columns);
        for (int i = 0; i < rows.Length; i++)
            Read(rows[i], selected.RowForWriting(i));
        return selected;
    }

    /// <summary>All rows in parts, which reuse one buffer.</summary>
    /// <param name="rows">The number of rows of a part; the last one has fewer.</param>
    /// <param name="standardization">Standardises them; null for the rows as they are.</param>
    /// <param name="threads">The number of threads that may read.</param>
    /// <param name="cancellationToken">Stops between parts.</param>
    internal IEnumerable<(int First, FeatureMatrix Part)> InParts(
        int rows, Standardization? standardization, int threads, CancellationToken cancellationToken)
    {
        if (_buffered > 0)
            Flush();
        float[] buffer = ArrayPool<float>.Shared.Rent(Math.Min(rows, Rows) * Columns);
        for (int first = 0; first < Rows; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = first;
            int count = Math.Min(rows, Rows - first);
            var part = new FeatureMatrix(count, Columns, buffer.AsMemory(0, count * Columns));
            DensePasses.ForEach((count + RowsPerRead - 1) / RowsPerRead, (long)count * Columns, threads, task =>
            {
                int low = task * RowsPerRead;
                int high = Math.Min(count, low + RowsPerRead);
                Read(start + low, buffer.AsSpan(low * Columns, (high - low) * Columns));
                for (int i = low; standardization is not null && i < high; i++)
                    standardization.ApplyInPlace(part.RowForWriting(i));
            }, cancellationToken);
            yield return (first, part);
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private void Flush()
    {
        try
        {
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(_buffer.AsSpan(0, _buffered)), _written);
        }
        catch (IOException error)
        {
            throw Unwritable(error);
        }

        _written += (long)_buffered * sizeof(float);
        _buffered = 0;
    }

    private IOException Unwritable(Exception error) => new(
        $"The temporary file of the features in '{_folder}' cannot be written ({error.Message.TrimEnd('.')}). It takes " +
        $"{Columns * sizeof(float)} bytes for each image; free space, or set TMPDIR (TEMP on Windows) to another folder.",
        error);
}
