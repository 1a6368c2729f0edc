namespace TransferLearning;

/// <summary>Which boxes of an object detection dataset become images for classification.</summary>
public sealed record BoxDatasetOptions : ICheckedOptions
{
    /// <summary>The default of <see cref="MinimumSide"/>: COCO calls objects below 32² pixels small.</summary>
    public const int DefaultMinimumSide = 32;

    /// <summary>
    /// The names of the classes to include, in label order; boxes of others are left out. <value>The default is null: every class that has
    /// a box, in the order of the dataset.</value>
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>
    /// The minimum of the shorter side of a box, in pixels of the source image, after clipping it to the source image. <value>The default
    /// is 32; at least 1.</value>
    /// </summary>
    public int MinimumSide { get; init; } = DefaultMinimumSide;

    /// <summary>
    /// Whether boxes around groups of objects are included: <c>iscrowd</c> of COCO, <c>IsGroupOf</c> of Open Images. <value>The default is
    /// false.</value>
    /// </summary>
    public bool IncludeGroups { get; init; }

    /// <summary>
    /// Whether boxes of occluded objects are included (<c>IsOccluded</c>, Open Images only). <value>The default is true.</value>
    /// </summary>
    public bool IncludeOccluded { get; init; } = true;

    /// <summary>
    /// Whether boxes of objects that extend beyond the source image are included (<c>IsTruncated</c>, Open Images only). <value>The default
    /// is true.</value>
    /// </summary>
    public bool IncludeTruncated { get; init; } = true;

    /// <summary>
    /// Whether boxes of depictions, for instance drawings or toys, are included (<c>IsDepiction</c>, Open Images only). <value>The default
    /// is true.</value>
    /// </summary>
    public bool IncludeDepictions { get; init; } = true;

    /// <summary>
    /// The boxes for validation. <value>The default is null: split off from the training images, see <see cref="Splits"/>.</value>
    /// </summary>
    public BoxAnnotations? Validation { get; init; }

    /// <summary>
    /// The boxes for test. <value>The default is null: split off from the training images, see <see cref="Splits"/>.</value>
    /// </summary>
    public BoxAnnotations? Test { get; init; }

    /// <summary>
    /// How to split the images, and what to check. <value>The default is that of <see cref="ImageFolderOptions"/>.</value>
    /// </summary>
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
