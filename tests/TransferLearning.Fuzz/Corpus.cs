using System.Security.Cryptography;

namespace TransferLearning.Fuzz;

/// <summary>The inputs of a target that are kept in the repository: each had a new signature, or was a finding.</summary>
internal static class Corpus
{
    private const int MostBytes = 4096;

    /// <summary>The files of a target, by name; none where there is no folder.</summary>
    public static IReadOnlyList<string> Files(string target)
    {
        string folder = Path.Combine(RepositoryFolder.Corpus, target);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Adds an input under a name that its content gives, where it is small enough.</summary>
    /// <returns>Whether it was added.</returns>
    public static bool Add(string target, byte[] input)
    {
        if (input.Length > MostBytes)
            return false;
        Write(Path.Combine(RepositoryFolder.Corpus, target), input);
        return true;
    }

    /// <summary>Writes an input into a folder under a name that its content gives.</summary>
    public static string Write(string folder, byte[] input)
    {
        string path = Path.Combine(
            Directory.CreateDirectory(folder).FullName, Convert.ToHexStringLower(SHA256.HashData(input))[..12] + ".bin");
        File.WriteAllBytes(path, input);
        return path;
    }
}
