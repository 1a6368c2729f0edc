namespace TransferLearning;

/// <summary>Which boxes of a dataset for detection become images for classification.</summary>
public sealed record BoxDatasetOptions : ICheckedOptions
{
    /// <summary>The value of <see cref="MinimumSide"/> where none is given: what COCO calls a small object is below 32² pixels.</summary>
    public const int DefaultMinimumSide = 32;

    /// <summary>
    /// The names of the classes to take, in label order; boxes of others are left out. <value>The default is null: every class of which
    /// there is a box, in the order of the dataset.</value>
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>
    /// The shorter side that a box must have, in pixels of the image, after what lies outside of the image is cut off. <value>The default is
    /// 32; at least 1.</value>
    /// </summary>
    public int MinimumSide { get; init; } = DefaultMinimumSide;

    /// <summary>
    /// Whether boxes around several things at once are taken: <c>iscrowd</c> of COCO, <c>IsGroupOf</c> of Open Images. <value>The default is
    /// false.</value>
    /// </summary>
    public bool IncludeGroups { get; init; }

    /// <summary>Whether boxes of things behind others are taken (<c>IsOccluded</c>, Open Images only). <value>The default is true.</value></summary>
    public bool IncludeOccluded { get; init; } = true;

    /// <summary>
    /// Whether boxes of things that go on outside of the image are taken (<c>IsTruncated</c>, Open Images only). <value>The default is true.</value>
    /// </summary>
    public bool IncludeTruncated { get; init; } = true;

    /// <summary>
    /// Whether boxes of drawings, toys and the like are taken (<c>IsDepiction</c>, Open Images only). <value>The default is true.</value>
    /// </summary>
    public bool IncludeDepictions { get; init; } = true;

    /// <summary>The boxes for validation. <value>The default is null: a part of the images is split off, see <see cref="Splits"/>.</value></summary>
    public BoxAnnotations? Validation { get; init; }

    /// <summary>The boxes for the test split. <value>The default is null: a part of the images is split off, see <see cref="Splits"/>.</value></summary>
    public BoxAnnotations? Test { get; init; }

    /// <summary>How to split what is not split, and what to check. <value>The default is that of <see cref="ImageFolderOptions"/>.</value></summary>
    public ImageFolderOptions Splits { get; init; } = new();

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(MinimumSide >= 1, MinimumSide, "1 or more");
        if (Classes is { Count: 0 })
            errors.Add(nameof(Classes), "is empty; name the classes, or leave it null for all");
        if (Classes?.Distinct(StringComparer.Ordinal).Count() < Classes?.Count)
            errors.Add(nameof(Classes), "names a class twice");
        errors.RequireValid(Splits);
    }
}
