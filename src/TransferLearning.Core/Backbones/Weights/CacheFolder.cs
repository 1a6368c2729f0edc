namespace TransferLearning;

/// <summary>Finds the folder of the weights: option, then environment variable, then the cache folder of the operating system.</summary>
internal static class CacheFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string HomeVariable = "TRANSFERLEARNING_HOME";

    private const string Name = "transferlearning";

    /// <summary>The absolute path of the folder, which may not exist yet.</summary>
    /// <param name="option">The folder from the options, or null.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="WeightStorageException">There is no home folder for the cache.</exception>
    public static string Resolve(string? option, Func<string, string?> environment)
    {
        if (!string.IsNullOrWhiteSpace(option))
            return Path.GetFullPath(option);
        if (environment(HomeVariable) is { } home && !string.IsNullOrWhiteSpace(home))
            return Path.GetFullPath(home);
        if (OperatingSystem.IsWindows())
            return Absolute(environment("LOCALAPPDATA")) is { } local ? Path.Combine(local, Name, "cache") : throw NoHome("LOCALAPPDATA");
        if (OperatingSystem.IsMacOS())
            return Absolute(environment("HOME")) is { } user ? Path.Combine(user, "Library", "Caches", Name) : throw NoHome("HOME");

        // The XDG base directory specification requires that relative paths are ignored.
        if (Absolute(environment("XDG_CACHE_HOME")) is { } cache)
            return Path.Combine(cache, Name);
        return Absolute(environment("HOME")) is { } unixUser ? Path.Combine(unixUser, ".cache", Name) : throw NoHome("HOME");
    }

    private static string? Absolute(string? path) => !string.IsNullOrEmpty(path) && Path.IsPathFullyQualified(path) ? path : null;

    private static WeightStorageException NoHome(string variable) => new(
        $"There is no folder for the weights: the environment variable {variable} is not set. Set {HomeVariable} to a folder, or " +
        $"{nameof(WeightCacheOptions)}.{nameof(WeightCacheOptions.Folder)}.");
}
