using System.Globalization;

namespace TransferLearning;

/// <summary>How the classes are weighted while a head is fitted.</summary>
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
public sealed record LinearHeadOptions : ICheckedOptions
{
    private static readonly ValueList<double> DefaultStrengths =
        ValueList<double>.Of([10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001])!;

    /// <summary>From so many images on, one fold of the cross-validation is enough.</summary>
    internal const int ImagesForOneFold = 10_000;

    /// <summary>The options that are used where none are given.</summary>
    public static LinearHeadOptions Default { get; } = new();

    /// <summary>
    /// The strengths λ of the L2 penalty to choose from: the head minimises the mean cross-entropy + λ/2 · (sum of squared weights on
    /// standardised features). <value>The default is 11 strengths from 10 down to 0.0001, two for each power of ten.</value>
    /// A single strength is used as it is. If no image can be held out to choose by (one image or group for each class), the one in the
    /// middle.
    /// </summary>
    public IReadOnlyList<double> RegularizationStrengths
    {
        get;
        init => field = ValueList<double>.Of(value)!;
    } = DefaultStrengths;

    /// <summary>
    /// From this number of validation images on, they alone choose the strength. With fewer, the training images are used too, by
    /// cross-validation, because a few hundred images are too noisy to choose by. <value>The default is 1,000.</value>
    /// </summary>
    public int SufficientValidationRows { get; init; } = 1000;

    /// <summary>
    /// The folds of the cross-validation, 2 or more. Null: 5, and 3 from 1,000 training images on, where the folds differ little; from
    /// 10,000 on a tenth of the images is held out once, which is enough to choose by. Images of a group are held out together; a class of
    /// a single group is not held out. With groups the folds stay 3 from 10,000 images on, as a tenth may be a single group.
    /// </summary>
    public int? Folds { get; init; }

    /// <summary>How the classes are weighted. <value>The default is <see cref="ClassBalance.AsCounted"/>.</value></summary>
    public ClassBalance Balance { get; init; } = ClassBalance.AsCounted;

    /// <summary>Decides which image is in which fold of the cross-validation. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>
    /// The number of threads; null for as many as the process may use. The weights do not depend on it.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>The part to which the gradient shrinks in the last fit; null for that of a head that is used.</summary>
    internal double? Tolerance { get; init; }

    /// <summary>Everything that influences the head, the same in every culture.</summary>
    internal string Describe()
    {
        var invariant = CultureInfo.InvariantCulture;
        string strengths = string.Join(' ', RegularizationStrengths.Select(strength => strength.ToString("R", invariant)));
        string folds = Folds?.ToString(invariant) ?? "default";
        return string.Create(
            invariant,
            $"strengths {strengths} validation from {SufficientValidationRows} rows, {folds} folds, classes {Balance}, seed {Seed}");
    }

    /// <summary>The number of folds for a number of rows.</summary>
    internal int FoldsFor(int rows, bool areGrouped) => Folds ?? (rows < 1000 ? 5 : areGrouped || rows < ImagesForOneFold ? 3 : 10);

    void ICheckedOptions.Check(OptionErrors errors)
    {
        if (RegularizationStrengths is null || RegularizationStrengths.Count == 0)
            errors.Add(nameof(RegularizationStrengths), "is empty; it must have at least one strength");
        foreach (double strength in (RegularizationStrengths ?? []).Where(strength => !(strength > 0 && double.IsFinite(strength))))
            errors.Require(false, strength, "finite and above 0, as each strength", nameof(RegularizationStrengths));
        errors.Require(SufficientValidationRows >= 1, SufficientValidationRows, "1 or more");
        errors.Require(Folds is null or >= 2, Folds, "null or 2 or more");
        errors.RequireDefined(Balance);
        errors.Require(Threads is null or >= 1, Threads, "null or 1 or more");
    }
}
