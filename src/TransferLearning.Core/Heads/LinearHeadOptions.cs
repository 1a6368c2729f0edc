using System.Globalization;

namespace TransferLearning;

/// <summary>How much the classes count against each other while a head is fitted.</summary>
public enum ClassBalance
{
    /// <summary>
    /// Every image counts the same: rare classes are predicted as rarely as they were seen, and the probabilities are those of data with
    /// the same shares.
    /// </summary>
    AsCounted,

    /// <summary>
    /// Every class counts the same, however many images it has (an image weighs 1 / (classes · images of its class)): better recall of
    /// rare classes, at the price of more false alarms for them.
    /// </summary>
    Equal,
}

/// <summary>How a linear head (multinomial logistic regression) is fitted to frozen features.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record LinearHeadOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static LinearHeadOptions Default { get; } = new();

    /// <summary>
    /// The strengths λ of the L2 penalty to choose from: the head minimises the mean cross-entropy + λ/2 · (sum of squared weights on
    /// standardised features). <value>The default is 11 strengths from 10 down to 0.0001, two for each power of ten.</value>
    /// A single strength is used as it is. If no image can be held out to choose by (one image for each class), the one in the middle.
    /// </summary>
    public IReadOnlyList<double> Strengths { get; init; } = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];

    /// <summary>
    /// With so many validation images or more, they alone choose the strength. With fewer, the training images choose along by
    /// cross-validation, as a few hundred images choose too much by chance. <value>The default is 1,000.</value>
    /// </summary>
    public int SufficientValidationRows { get; init; } = 1000;

    /// <summary>
    /// The parts of the cross-validation, 2 or more. Null: 5, and 3 from 1,000 training images on, where the parts differ little.
    /// </summary>
    public int? Folds { get; init; }

    /// <summary>How much the classes count. <value>The default is <see cref="ClassBalance.AsCounted"/>.</value></summary>
    public ClassBalance Balance { get; init; } = ClassBalance.AsCounted;

    /// <summary>Decides which image is in which part of the cross-validation. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>
    /// The number of threads; null for as many as the process may use. The weights do not depend on it.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>What decides the head, the same in every culture.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"strengths {string.Join(' ', Strengths.Select(strength => strength.ToString("R", CultureInfo.InvariantCulture)))} validation from {SufficientValidationRows} rows, {Folds?.ToString(CultureInfo.InvariantCulture) ?? "default"} folds, classes {Balance}, seed {Seed}");

    /// <summary>The parts of the cross-validation of so many rows.</summary>
    internal int FoldsFor(int rows) => Folds ?? (rows < 1000 ? 5 : 3);

    /// <summary>Throws if something is out of range, with every violation in the message.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void Validate()
    {
        var violations = Violations();
        if (violations.Count > 0)
            throw new ArgumentException($"The options of the linear head are not valid: {string.Join("; ", violations)}.");
    }

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    internal List<string> Violations()
    {
        var violations = new List<string>();
        if (Strengths is null || Strengths.Count == 0)
            violations.Add($"{nameof(Strengths)} is empty; it must have at least one strength");
        else if (Strengths.Any(strength => !(strength > 0) || !double.IsFinite(strength)))
            violations.Add(FormattableString.Invariant($"{nameof(Strengths)} has {Strengths.First(s => !(s > 0) || !double.IsFinite(s))}; each must be finite and over 0"));
        if (SufficientValidationRows < 1)
            violations.Add($"{nameof(SufficientValidationRows)} is {SufficientValidationRows}; it must be 1 or more");
        if (Folds < 2)
            violations.Add($"{nameof(Folds)} is {Folds}; it must be 2 or more");
        if (!Enum.IsDefined(Balance))
            violations.Add($"{nameof(Balance)} is {(int)Balance}; it must be {nameof(ClassBalance.AsCounted)} or {nameof(ClassBalance.Equal)}");
        if (Threads < 1)
            violations.Add($"{nameof(Threads)} is {Threads}; it must be null, or 1 or more");
        return violations;
    }
}
