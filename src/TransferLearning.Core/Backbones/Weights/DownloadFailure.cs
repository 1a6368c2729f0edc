namespace TransferLearning;

/// <summary>Why one address did not serve the file.</summary>
/// <param name="Address">The address.</param>
/// <param name="Error">What went wrong; its message continues the address.</param>
internal sealed record DownloadFailure(Uri Address, Exception Error)
{
    /// <summary>Longer addresses are shortened in messages: host and file name.</summary>
    private const int LongestAddress = 60;

    /// <summary>Of longer answers only so much is quoted.</summary>
    private const int LongestReason = 100;

    private bool IsUnreachable => Error is TransientDownloadException { IsUnreachable: true };

    /// <summary>Whether the failure holds for the whole host, and the address is on that host.</summary>
    public bool IsOfHost(Uri address) => Address.Authority == address.Authority &&
        (IsUnreachable || Error is TransientDownloadException { RetryAfter: { } delay } && delay > DownloadRetries.LongestDelay);

    /// <summary>The exception for a file that no address has served.</summary>
    /// <param name="file">The file.</param>
    /// <param name="failures">What happened at each address, one or more.</param>
    /// <param name="remedy">How to do without a download.</param>
    public static Exception Combine(WeightFile file, IReadOnlyList<DownloadFailure> failures, string remedy)
    {
        // Addresses with the same answer are one finding.
        string reasons = string.Join("; ", failures.GroupBy(failure => failure.Reason(), failure => failure.Place(), StringComparer.Ordinal)
            .Select(same => $"{string.Join(", ", same.Distinct())}: {same.Key}"));
        if (failures.FirstOrDefault(failure => failure.Error is WeightVerificationException) is { } wrong)
        {
            return new WeightVerificationException(
                $"'{file.FileName}' was served with wrong content, which was discarded ({reasons}). A proxy or a login page may be " +
                $"the cause; check the network, or use another mirror. {remedy}", wrong.Error);
        }

        return new WeightDownloadException($"'{file.FileName}' cannot be downloaded ({reasons}). {remedy}", failures[0].Error);
    }

    private bool IsShort => Address.AbsoluteUri.Length <= LongestAddress;

    private string Place() => IsShort ? Address.AbsoluteUri
        : IsUnreachable ? Address.Authority
        : $"{Address.Authority}/…/{Address.Segments[^1]}";

    private string Reason()
    {
        if (IsUnreachable && !IsShort)
            return "it cannot be reached";
        string reason = Error is TransientDownloadException { RetryAfter: { } delay }
            ? FormattableString.Invariant($"{Error.Message}, try again in {Math.Ceiling(delay.TotalSeconds)} s")
            : Error.Message;
        return reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";
    }
}
