namespace TransferLearning;

/// <summary>A file of weights that can be downloaded and verified: its name, size, SHA-256 and addresses.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record WeightFile
{
    private const string Separators = "/\\:\0";

    private readonly string _fileName = "";
    private readonly string _sha256 = "";
    private readonly long _bytes;

    /// <summary>The name in the cache folder; a file name without folders.</summary>
    /// <exception cref="ArgumentException">The name is empty or contains a folder.</exception>
    public required string FileName
    {
        get => _fileName;
        init => _fileName = IsPlain(value)
            ? value
            : throw new ArgumentException($"'{value}' is not a plain file name; give a name without folders.", nameof(value));
    }

    /// <summary>The exact size in bytes, 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is 0 or less.</exception>
    public required long Bytes
    {
        get => _bytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _bytes = value;
        }
    }

    /// <summary>The SHA-256 of the content, as 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">The text is not 64 hexadecimal digits.</exception>
    public required string Sha256
    {
        get => _sha256;
        init => _sha256 = value is { Length: 64 } && value.All(char.IsAsciiHexDigit)
            ? value.ToLowerInvariant()
            : throw new ArgumentException($"'{value}' is not a SHA-256; give 64 hexadecimal digits.", nameof(value));
    }

    /// <summary>The addresses that serve the file, best first: later ones are tried when earlier ones fail.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];

    private static bool IsPlain(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name is not ("." or "..") && name.AsSpan().IndexOfAny(Separators) < 0;
}
