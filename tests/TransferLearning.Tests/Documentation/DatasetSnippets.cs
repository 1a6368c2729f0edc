namespace TransferLearning.Tests.Documentation;

/// <summary>The code of docs/datasets.md, so that it compiles. The folders that it names are the reader's, so it is not run.</summary>
internal static class DatasetSnippets
{
    public static void Folders()
    {
        #region folders
        ImageDataset pets = ImageDataset.FromFolder("pets", new ImageFolderOptions { TestFraction = 0.2 });
        Console.WriteLine(pets);
        foreach (DatasetProblem problem in pets.Problems)
            Console.WriteLine(problem.Message);
        #endregion
    }

    public static void Tables()
    {
        #region tables
        ImageDataset breeds = ImageDataset.FromCsv("dog-breed/train.csv", new CsvDatasetOptions
        {
            ImageFolder = "dog-breed/train", PathColumn = "id", LabelColumn = "breed",
        });
        #endregion
    }

    public static async Task Idx()
    {
        #region idx
        string[] clothes = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];
        ImageDataset fashion = ImageDataset.FromIdx("fashion-mnist", clothes);
        using ImageClassifier classifier = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(fashion);
        Console.WriteLine((await classifier.EvaluateAsync(fashion.Test)).Report);
        #endregion
    }

    public static void Cifar()
    {
        #region cifar
        ImageDataset ten = ImageDataset.FromCifar("cifar-10-batches-bin");
        ImageDataset hundred = ImageDataset.FromCifar("cifar-100-binary");
        ImageDataset twenty = ImageDataset.FromCifar("cifar-100-binary", CifarLabels.Coarse);
        #endregion
    }

    public static void ImageNet()
    {
        #region imagenet
        ImageDataset tiny = ImageDataset.FromImageNet("tiny-imagenet-200");
        Console.WriteLine(tiny.Classes[0]);
        #endregion
    }

    public static void Boxes()
    {
        #region boxes
        ImageDataset animals = ImageDataset.FromCoco("annotations/instances_train2017.json", "train2017", new BoxDatasetOptions
        {
            Classes = ["cat", "dog", "horse"],
            MinimumSide = 64,
            Validation = new BoxAnnotations("annotations/instances_val2017.json", "val2017"),
        });
        ImageDataset fruit = ImageDataset.FromOpenImages(
            "train-annotations-bbox.csv", "class-descriptions-boxable.csv", "train", new BoxDatasetOptions { IncludeOccluded = false });
        #endregion
    }

    public static void Splitting(ImageDataset pets)
    {
        #region splitting
        ImageDataset other = pets.Split(new ImageFolderOptions { ValidationFraction = 0.3, Seed = 1, FindReencoded = true });
        foreach (ImageDataset fold in pets.KFold(5, seed: 1, DuplicateGrouping.SameImage))
            Console.WriteLine(fold);
        #endregion
    }

    public static async Task Checking()
    {
        #region checking
        DatasetReport report = await DatasetDoctor.CheckAsync("pets");
        Console.WriteLine(report);
        bool usable = !report.SpoilsTraining;
        #endregion
    }
}
