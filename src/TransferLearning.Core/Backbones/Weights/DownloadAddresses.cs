namespace TransferLearning;

/// <summary>Where a file is looked for, best first: mirrors by name, mirrors by path, then its own addresses.</summary>
internal static class DownloadAddresses
{
    /// <summary>All addresses, each once.</summary>
    public static Uri[] Of(WeightFile file, WeightCacheOptions options) =>
    [
        .. options.Mirrors.Select(mirror => Append(mirror, "/" + Uri.EscapeDataString(file.FileName)))
            .Concat(options.HostMirrors.SelectMany(mirror => file.Addresses.Select(address => Append(mirror, address.PathAndQuery))))
            .Concat(file.Addresses)
            .Distinct(),
    ];

    private static Uri Append(Uri mirror, string path) => new(mirror.AbsoluteUri.TrimEnd('/') + path);
}
