namespace TransferLearning;

/// <summary>The contents of an HTML report.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record HtmlReportOptions : ICheckedOptions
{
    /// <summary>The default options.</summary>
    public static HtmlReportOptions Default { get; } = new();

    /// <summary>The heading. <value>The default is null: the name of the backbone "on" that of the set of images.</value></summary>
    public string? Title { get; init; }

    /// <summary>
    /// The evaluation of another classifier on the same images in the same order, to compare with. <value>The default is null.</value>
    /// </summary>
    public EvaluationResult? ComparedWith { get; init; }

    /// <summary>What the page calls that classifier. <value>The default is "the other classifier".</value></summary>
    public string ComparedName { get; init; } = "the other classifier";

    /// <summary>
    /// The maximum number of images that are shown: misclassified ones first, then for each class the correct ones with the lowest
    /// probability. All misclassified ones are listed. An image takes about 7 kB. <value>The default is 300.</value>
    /// </summary>
    public int MaxImages { get; init; } = 300;

    /// <summary>The longer side of a shown image, in pixels, 16 to 1024. <value>The default is 200.</value></summary>
    public int ImageSide { get; init; } = 200;

    /// <summary>The JPEG quality of the shown images, 1 to 100. <value>The default is 80.</value></summary>
    public int JpegQuality { get; init; } = 80;

    /// <summary>
    /// The number of worst errors that are shown with an explanation of the predicted class (see <see cref="GradCam"/>); 0 for none. Each
    /// takes some milliseconds and 10 kB. <value>The default is 48.</value>
    /// </summary>
    public int Explanations { get; init; } = 48;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireNotNull(ComparedName);
        errors.Require(MaxImages >= 0, MaxImages, "0 or more");
        errors.Require(ImageSide is >= 16 and <= 1024, ImageSide, "16 to 1024");
        errors.Require(JpegQuality is >= 1 and <= 100, JpegQuality, "1 to 100");
        errors.Require(Explanations >= 0, Explanations, "0 or more");
    }
}
