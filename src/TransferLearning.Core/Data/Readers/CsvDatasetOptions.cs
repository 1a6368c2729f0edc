namespace TransferLearning;

/// <summary>How a table of images and labels is read.</summary>
public sealed record CsvDatasetOptions : ICheckedOptions
{
    /// <summary>
    /// The folder to which the paths in the table are relative. <value>The default is null: the folder of the table.</value>
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>
    /// The column of the paths: its name in the header, or its index from 0. <value>The default is null: the column whose cells are the
    /// paths of most files; where there are none, the first of those called path, file, image, id or the like, else the first.</value>
    /// </summary>
    public string? PathColumn { get; init; }

    /// <summary>
    /// The column of the labels: its name in the header, or its index from 0. <value>The default is null: the column called label, class,
    /// category, target or the like, a name before a number; else the first whose values recur. Columns of yes and no for each class are
    /// one label.</value>
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// The column of the splits: its name in the header, or its index from 0. Its values are train or training, valid, validation or val,
    /// and test or testing, ignoring case. A split without rows is taken from the training images. <value>The default is null: a column
    /// that has nothing but these names, if any; else all rows are training images.</value>
    /// </summary>
    public string? SplitColumn { get; init; }

    /// <summary>
    /// The column that says what images belong together, such as a patient or a film: its name in the header, or its index from 0. Images
    /// with the same value are never in different splits or folds. <value>The default is null:
    /// <see cref="ImageFolderOptions.GroupPattern"/> of
    /// <see cref="Splits"/>, if any.</value>
    /// </summary>
    public string? GroupColumn { get; init; }

    /// <summary>
    /// Whether the first row is a header. <value>The default is null: it is one when it contains a known or requested column name, or when
    /// its path is not a file while those of other rows are.</value>
    /// </summary>
    public bool? HasHeader { get; init; }

    /// <summary>The column separator. <value>The default is null: detected, a comma, semicolon, tab or bar.</value></summary>
    public string? Delimiter { get; init; }

    /// <summary>
    /// The extension that is appended to paths that are not files: many Kaggle tables list images without it. <value>The default is null:
    /// .jpg, .jpeg, .png and other usual ones are tried.</value>
    /// </summary>
    public string? Extension { get; init; }

    /// <summary>
    /// How to split the images, and what to check. <value>The default is that of <see cref="ImageFolderOptions"/>.</value>
    /// </summary>
    public ImageFolderOptions Splits { get; init; } = new();

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Delimiter is not "", Delimiter, "null or at least one character");
        errors.RequireValid(Splits);
    }
}
