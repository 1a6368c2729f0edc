namespace TransferLearning;

/// <summary>How a table of images and labels is read.</summary>
public sealed record CsvDatasetOptions : ICheckedOptions
{
    /// <summary>
    /// The folder that the paths in the table start from. <value>The default is null: the folder of the table.</value>
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>
    /// The column of the paths: its name in the header, or its number from 0. <value>The default is null: the column called path, file,
    /// filename, image, id or the like, else the first.</value>
    /// </summary>
    public string? PathColumn { get; init; }

    /// <summary>
    /// The column of the labels: its name in the header, or its number from 0. <value>The default is null: the column called label, class,
    /// category, target or the like, else the second.</value>
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// The column that says which split an image is in: its name in the header, or its number from 0. Its values are train or training,
    /// valid, validation or val, and test or testing, in any case. A split that no row is in is taken from the training images.
    /// <value>The default is null: all rows are training images.</value>
    /// </summary>
    public string? SplitColumn { get; init; }

    /// <summary>
    /// Whether the first row is a header. <value>The default is null: it is one when it names columns that are known or asked for, or when
    /// its path is no file while that of the second row is one.</value>
    /// </summary>
    public bool? HasHeader { get; init; }

    /// <summary>What stands between columns. <value>The default is null: found from the table, a comma, semicolon, tab or bar.</value></summary>
    public string? Delimiter { get; init; }

    /// <summary>
    /// What is put behind paths that are no files as they stand: many tables of Kaggle name images without it. <value>The default is
    /// null: .jpg, .jpeg and .png are tried.</value>
    /// </summary>
    public string? Extension { get; init; }

    /// <summary>How to split, and what to check. <value>The default is that of <see cref="ImageFolderOptions"/>.</value></summary>
    public ImageFolderOptions Splits { get; init; } = new();

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Delimiter is not "", Delimiter, "null or at least one character");
        errors.RequireValid(Splits);
    }
}
