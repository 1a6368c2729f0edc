namespace TransferLearning;

/// <summary>The data files inside the assembly.</summary>
internal static class EmbeddedResource
{
    /// <summary>Opens a file; the caller disposes it.</summary>
    /// <exception cref="InvalidDataException">The assembly was altered.</exception>
    public static Stream Open(string name) => typeof(EmbeddedResource).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidDataException($"The resource '{name}' is missing from the assembly; install the package again.");
}
