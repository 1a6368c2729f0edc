namespace TransferLearning.Cli;

/// <summary>The evaluation at the end of a training.</summary>
internal static class TestReport
{
    /// <summary>Refuses a report for which there are no images, before anything is trained.</summary>
    /// <exception cref="DatasetException">A report is wanted, and there are neither test nor validation images.</exception>
    public static void RequireImages(ImageDataset dataset, string? page)
    {
        if (page is not null && dataset.Test.Count + dataset.Validation.Count == 0)
        {
            throw new DatasetException(
                $"'{dataset.Name}' has no test or validation images for --report; set some aside with --test.");
        }
    }

    /// <summary>Evaluates a classifier on the test images, and writes a report of them, or else of the validation images.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="dataset">The dataset that it was trained on.</param>
    /// <param name="model">The file that the classifier was saved to.</param>
    /// <param name="page">The report to write; null for none.</param>
    /// <param name="undecodable">Whether images that cannot be decoded are skipped.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The figures of the test images; null if there are none.</returns>
    public static async Task<ClassificationReport?> WriteAsync(
        ImageClassifier classifier,
        ImageDataset dataset,
        string model,
        string? page,
        UndecodableImages undecodable,
        CancellationToken cancellationToken)
    {
        var images = dataset.Test.Count > 0 ? dataset.Test : dataset.Validation;
        if (images.Count == 0 || page is null && dataset.Test.Count == 0)
            return null;
        var evaluation = await EvaluateCommand.EvaluateAsync(classifier, images, undecodable, cancellationToken).ConfigureAwait(false);
        if (page is not null)
        {
            var options = new HtmlReportOptions { Title = EvaluateCommand.TitleOf(model, dataset, images) };
            await EvaluateCommand.WriteReportAsync(page, evaluation, classifier, options, cancellationToken).ConfigureAwait(false);
        }

        return dataset.Test.Count > 0 ? evaluation.Report : null;
    }
}
