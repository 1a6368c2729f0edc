namespace TransferLearning.Studio;

/// <summary>Numbers in sentences.</summary>
public static class Words
{
    public static string Count(int count, string noun) =>
        FormattableString.Invariant($"{count:N0} {noun}{(count == 1 ? "" : noun.EndsWith('s') ? "es" : "s")}");

    public static string Share(double share) => FormattableString.Invariant($"{100 * share:F1}%");

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => FormattableString.Invariant($"{bytes / (double)(1 << 30):F1} GB"),
        >= 1 << 20 => FormattableString.Invariant($"{bytes / (double)(1 << 20):F1} MB"),
        _ => FormattableString.Invariant($"{Math.Max(1, bytes / 1024)} KB"),
    };
}
