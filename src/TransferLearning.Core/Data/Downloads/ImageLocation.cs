namespace TransferLearning;

/// <summary>Where an image is: in a file, or at an http or https address.</summary>
/// <remarks>
/// Immutable and safe for use from many threads. An address may contain a signature, as presigned addresses of S3, Azure and Google do. It
/// is sent to the server and shown nowhere: error messages and results have the <see cref="Name"/>.
/// </remarks>
public sealed record ImageLocation
{
    private ImageLocation(string name, Uri? address)
    {
        Name = name;
        Address = address;
    }

    /// <summary>The path of the file; of an address its name, by default the address up to <c>?</c> or <c>#</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the image is at an address and must be downloaded.</summary>
    public bool IsAddress => Address is not null;

    /// <summary>The address; null for a file.</summary>
    internal Uri? Address { get; }

    /// <summary>An image in a file.</summary>
    /// <param name="path">The path of the file.</param>
    public static ImageLocation OfFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageLocation(path, null);
    }

    /// <summary>An image at an address.</summary>
    /// <param name="address">An absolute http or https address without a user name.</param>
    /// <param name="name">What errors and results call the image; null: the address up to <c>?</c> or <c>#</c>.</param>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static ImageLocation OfAddress(Uri address, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        string shown = name ?? WithoutQuery(address.OriginalString);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{shown}' is not an absolute http or https address.", nameof(address));
        if (address.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                $"The address on {address.Authority} contains a user name, which would be sent to no server; use a presigned address.",
                nameof(address));
        }

        return new ImageLocation(shown, address);
    }

    private static string WithoutQuery(string address)
    {
        int end = address.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? address : address[..end];
    }
}
