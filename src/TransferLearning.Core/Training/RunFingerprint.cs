using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>Everything that decides the outcome of a run, by name: a checkpoint is only continued where all of it is equal.</summary>
internal static class RunFingerprint
{
    public static IReadOnlyDictionary<string, string> Of(
        TrainingOptions options, TrainableNetwork network, ParameterStore parameters, TrainingExamples train, TrainingExamples? validation)
    {
        var fingerprint = new Dictionary<string, string>(options.Describe(), StringComparer.Ordinal)
        {
            ["Cut"] = network.Cut,
            ["Parameters"] = Hash(hash =>
            {
                foreach (var parameter in parameters.Parameters)
                {
                    string line = FormattableString.Invariant($"{parameter.Name} {parameter.Length} {parameter.RateFactor:R}\n");
                    hash.AppendData(MemoryMarshal.AsBytes<char>(line));
                }
            }),
            ["Initial weights"] = Hash(hash => hash.AppendData(MemoryMarshal.AsBytes(parameters.Weights.Span))),
            ["Training images"] = Hash(train),
            ["Validation images"] = validation is null ? "" : Hash(validation),
        };
        return fingerprint;
    }

    private static string Hash(TrainingExamples examples) => Hash(hash =>
    {
        for (int i = 0; i < examples.Count; i++)
        {
            int label = examples.Labels[i];
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in label)));
            for (int view = 0; view < examples.Views; view++)
                hash.AppendData(MemoryMarshal.AsBytes(examples[i, view]));
        }
    });

    private static string Hash(Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
