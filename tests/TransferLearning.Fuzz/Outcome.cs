namespace TransferLearning.Fuzz;

/// <summary>How a run on one input ended.</summary>
internal enum OutcomeKind
{
    /// <summary>The input was taken.</summary>
    Accepted,

    /// <summary>The input was refused with an exception that the library documents.</summary>
    Refused,

    /// <summary>An exception that the library does not document, or a result that cannot be.</summary>
    Unexpected,

    /// <summary>The process ended.</summary>
    Crash,

    /// <summary>The run took longer than its limit.</summary>
    Hang,

    /// <summary>The run took more memory than its limit.</summary>
    Memory,
}

/// <summary>What a run on one input showed.</summary>
/// <param name="Kind">How the run ended.</param>
/// <param name="Shape">The result or the message without names and numbers: equal for runs with the same behaviour.</param>
/// <param name="Detail">The complete exception, or the last output of the process.</param>
internal sealed record Outcome(OutcomeKind Kind, string Shape, string Detail)
{
    /// <summary>True where the library has failed its promise.</summary>
    public bool IsFinding => Kind > OutcomeKind.Refused;

    /// <summary>Two inputs with one signature show the same.</summary>
    public string Signature => $"{Kind}: {Shape}";
}
