using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Features on disk, so that an image goes through a network once. An entry is found by the content of the image, the network, the
/// preprocessing and the versions of this library and of ONNX Runtime; whatever of these changes, the features are computed anew.
/// </summary>
/// <remarks>
/// <para>
/// Safe for use from many threads and many processes at once. Every entry is a file of its own that appears whole by a rename and carries
/// a checksum: after a kill or a power failure an entry is there or not, and a damaged one is computed again. The features of one image
/// take four bytes for each feature and 72 bytes more.
/// </para>
/// <para>
/// When the files grow over <see cref="MaxBytes"/>, those that were not used for the longest time are deleted. What cannot be stored does
/// not stop the work, see <see cref="LastError"/>.
/// </para>
/// </remarks>
public sealed class FeatureCache
{
    /// <summary>The value of <see cref="MaxBytes"/> where none is given: 4 GiB.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private readonly FeatureCacheFolder _files;

    /// <summary>Opens a cache; the folder is created when it does not exist.</summary>
    /// <param name="folder">The folder, which belongs to the cache alone.</param>
    /// <param name="maxBytes">What <see cref="MaxBytes"/> becomes; at least 1 MiB.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public FeatureCache(string folder, long maxBytes = DefaultMaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1 << 20);
        Folder = Path.GetFullPath(folder);
        MaxBytes = maxBytes;
        _files = new FeatureCacheFolder(Folder, maxBytes);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The size, in bytes on disk, over which the oldest entries are deleted. <value>The default is 4 GiB.</value></summary>
    public long MaxBytes { get; }

    /// <summary>
    /// What kept features from being stored the last time that this happened, for instance a full disk; null when nothing did.
    /// </summary>
    public Exception? LastError => _files.LastError;

    /// <summary>Deletes all entries.</summary>
    /// <exception cref="IOException">An entry cannot be deleted.</exception>
    public void Clear() => _files.Clear();

    /// <summary>The entries of one network, whose session knows its hash, with one preprocessing.</summary>
    internal FeatureCacheScope For(ImageSession session, ImagePreprocessing preprocessing, ImageDecodeOptions decoding)
    {
        string version =
            typeof(FeatureCache).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        string[] parts =
        [
            version,
            OrtEnv.Instance().GetVersionString(),
            session.Session.ModelHash ?? throw new ArgumentException("The session does not know the hash of its model.", nameof(session)),
            session.Session.Provider,
            session.Network.Output,
            preprocessing.ToJson(),
            decoding.AllowPartial ? "partial images" : "whole images",
            decoding.Oversampling.ToString("R", CultureInfo.InvariantCulture),
        ];
        return new FeatureCacheScope(_files, ImageHash.Of(Encoding.UTF8.GetBytes(string.Join('\n', parts))).ToString()[..32]);
    }
}
