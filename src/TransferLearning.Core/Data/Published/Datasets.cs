namespace TransferLearning;

/// <summary>
/// The catalog of published datasets by name. <see cref="ImageDataset.DownloadAsync"/> fetches one, verifies it and lays it out as a folder
/// for each class, with its official splits.
/// </summary>
/// <remarks>Nothing is downloaded until it is fetched. Mind <see cref="NamedDataset.License"/>. Safe for use from many threads.</remarks>
public static class Datasets
{
    private static readonly Lazy<IReadOnlyList<NamedDataset>> Entries = new(DatasetCatalog.Read);

    /// <summary>All datasets.</summary>
    public static IReadOnlyList<NamedDataset> All => Entries.Value;

    /// <summary>Handwritten digits, 28 × 28 pixels, grey.</summary>
    public static NamedDataset Mnist => Find("mnist");

    /// <summary>Clothes in the format of MNIST.</summary>
    public static NamedDataset FashionMnist => Find("fashion-mnist");

    /// <summary>Ten Japanese characters in the format of MNIST.</summary>
    public static NamedDataset KMnist => Find("kmnist");

    /// <summary>Digits, capital and small letters by hand, in 62 classes.</summary>
    public static NamedDataset EmnistByClass => Find("emnist-byclass");

    /// <summary>Digits and letters by hand; letters that look the same in both cases are one class.</summary>
    public static NamedDataset EmnistByMerge => Find("emnist-bymerge");

    /// <summary>The classes of <see cref="EmnistByMerge"/> with the same number of images each.</summary>
    public static NamedDataset EmnistBalanced => Find("emnist-balanced");

    /// <summary>Digits by hand from the same source as <see cref="EmnistByClass"/>.</summary>
    public static NamedDataset EmnistDigits => Find("emnist-digits");

    /// <summary>Digits by hand in the number of MNIST, from the same source as <see cref="EmnistByClass"/>.</summary>
    public static NamedDataset EmnistMnist => Find("emnist-mnist");

    /// <summary>EditDistance.Letters by hand, capital and small together.</summary>
    public static NamedDataset EmnistLetters => Find("emnist-letters");

    /// <summary>Ten kinds of animals and vehicles, 32 × 32 pixels.</summary>
    public static NamedDataset Cifar10 => Find("cifar-10");

    /// <summary>A hundred kinds of things, 32 × 32 pixels.</summary>
    public static NamedDataset Cifar100 => Find("cifar-100");

    /// <summary>Five kinds of flowers.</summary>
    public static NamedDataset TfFlowers => Find("tf-flowers");

    /// <summary>Cats and dogs, 25,000 photos.</summary>
    public static NamedDataset CatsVsDogs => Find("cats-vs-dogs");

    /// <summary>Breeds of cats and dogs.</summary>
    public static NamedDataset OxfordPets => Find("oxford-iiit-pet");

    /// <summary>Dishes; 5 GB.</summary>
    public static NamedDataset Food101 => Find("food-101");

    /// <summary>A hundred kinds of objects, without the background class.</summary>
    public static NamedDataset Caltech101 => Find("caltech-101");

    /// <summary>Many kinds of objects.</summary>
    public static NamedDataset Caltech256 => Find("caltech-256");

    /// <summary>Textures by what they are called; the first official partition.</summary>
    public static NamedDataset DescribableTextures => Find("dtd");

    /// <summary>Land use from satellites, 64 × 64 pixels.</summary>
    public static NamedDataset EuroSat => Find("eurosat");

    /// <summary>Bean leaves, healthy or with one of two diseases.</summary>
    public static NamedDataset Beans => Find("beans");

    /// <summary>Ten easy classes of ImageNet, short side 160 pixels.</summary>
    public static NamedDataset Imagenette160 => Find("imagenette2-160");

    /// <summary>Ten easy classes of ImageNet, short side 320 pixels.</summary>
    public static NamedDataset Imagenette320 => Find("imagenette2-320");

    /// <summary>Ten easy classes of ImageNet in full size.</summary>
    public static NamedDataset Imagenette => Find("imagenette2");

    /// <summary>Ants and bees.</summary>
    public static NamedDataset Hymenoptera => Find("hymenoptera");

    /// <summary>Hands, rendered.</summary>
    public static NamedDataset RockPaperScissors => Find("rock-paper-scissors");

    /// <summary>Horses and humans, rendered.</summary>
    public static NamedDataset HorsesOrHumans => Find("horses-or-humans");

    /// <summary>Blood cells with and without parasites.</summary>
    public static NamedDataset Malaria => Find("malaria");

    /// <summary>Leaves of plants, healthy or with a disease.</summary>
    public static NamedDataset PlantVillage => Find("plant-village");

    /// <summary>The dataset with the given name.</summary>
    /// <param name="name">The name in the catalog, ignoring case, hyphens and underscores, for instance <c>oxford-iiit-pet</c>.</param>
    /// <exception cref="ArgumentException">There is no such dataset; the message lists all.</exception>
    public static NamedDataset Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        string wanted = EditDistance.Letters(name);
        if (All.FirstOrDefault(entry => EditDistance.Letters(entry.Name) == wanted) is { } found)
            return found;
        var nearest = All.MinBy(entry => EditDistance.Between(wanted, EditDistance.Letters(entry.Name)))!;
        throw new ArgumentException(
            $"There is no dataset '{name}'. Did you mean '{nearest.Name}'? The catalog has " +
                $"{string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));
    }
}
