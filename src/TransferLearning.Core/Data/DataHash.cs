using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>
/// A hash of images and their classes: the SHA-256 over the sorted lines "hash of the file, class". It does not depend on names, folders or
/// order, so that anyone who has the images can verify whether a model was trained, or evaluated, on exactly these.
/// </summary>
internal static class DataHash
{
    /// <summary>
    /// The hash, 64 hexadecimal digits: each line is the SHA-256 of an image file in lower-case hexadecimal digits, a space, the name of
    /// its class and a line feed, in UTF-8; the lines are sorted by their code units.
    /// </summary>
    /// <param name="images">The SHA-256 of the content and the class of each image.</param>
    public static string Of(IEnumerable<(string ContentHash, string Label)> images)
    {
        string[] lines = [.. images.Select(image => $"{image.ContentHash} {image.Label}\n")];
        Array.Sort(lines, StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
