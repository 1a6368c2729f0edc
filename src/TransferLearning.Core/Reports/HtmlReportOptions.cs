namespace TransferLearning;

/// <summary>What an HTML report holds.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record HtmlReportOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static HtmlReportOptions Default { get; } = new();

    /// <summary>The heading. <value>The default is null: the name of the backbone.</value></summary>
    public string? Title { get; init; }

    /// <summary>
    /// How many images are shown at most, the wrong ones first, then for each class those that were recognised with the lowest
    /// probability. Every wrong one is listed, shown or not. An image takes some 7 kB. <value>The default is 300.</value>
    /// </summary>
    public int MaxImages { get; init; } = 300;

    /// <summary>The longer side of a shown image, in pixels, 16 to 1024. <value>The default is 200.</value></summary>
    public int ImageSide { get; init; } = 200;

    /// <summary>The quality of the JPEG that a shown image is stored as, 1 to 100. <value>The default is 80.</value></summary>
    public int JpegQuality { get; init; } = 80;

    /// <summary>
    /// For how many of the worst errors the report shows what speaks for the given class (see <see cref="GradCam"/>); 0 for none. Each takes
    /// some milliseconds and 10 kB. <value>The default is 48.</value>
    /// </summary>
    public int Explanations { get; init; } = 48;

    /// <exception cref="ArgumentException">A value is out of range; the message lists every violation.</exception>
    internal void Validate(string parameter)
    {
        var violations = new List<string>();
        if (MaxImages < 0)
            violations.Add(FormattableString.Invariant($"MaxImages is {MaxImages}; it must be 0 or more"));
        if (ImageSide is < 16 or > 1024)
            violations.Add(FormattableString.Invariant($"ImageSide is {ImageSide}; it must be 16 to 1024"));
        if (JpegQuality is < 1 or > 100)
            violations.Add(FormattableString.Invariant($"JpegQuality is {JpegQuality}; it must be 1 to 100"));
        if (Explanations < 0)
            violations.Add(FormattableString.Invariant($"Explanations is {Explanations}; it must be 0 or more"));
        if (violations.Count > 0)
            throw new ArgumentException($"The report options are not valid: {string.Join("; ", violations)}.", parameter);
    }
}
