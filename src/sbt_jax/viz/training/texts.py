"""Lists of names to learn from: what the figure that trains offers.

Public names: :mod:`sbt_jax.viz.training`.
"""

#: Kinds of dinosaurs and of their nearest kin, in the order of the alphabet.
_DINOSAURS = """
Aardonyx Abelisaurus Achelousaurus Acrocanthosaurus Aegyptosaurus Afrovenator
Alamosaurus Albertosaurus Alioramus Allosaurus Altirhinus Amargasaurus Anatotitan
Anchiornis Anchisaurus Ankylosaurus Antarctosaurus Apatosaurus Aralosaurus
Archaeopteryx Argentinosaurus Arrhinoceratops Atlascopcosaurus Austrosaurus
Avaceratops Avimimus Bactrosaurus Bagaceratops Bambiraptor Barapasaurus Barosaurus
Baryonyx Becklespinax Beipiaosaurus Bellusaurus Borogovia Brachiosaurus
Brachylophosaurus Brachytrachelopan Bruhathkayosaurus Buitreraptor Camarasaurus
Camptosaurus Carcharodontosaurus Carnotaurus Caudipteryx Centrosaurus Ceratosaurus
Cetiosaurus Changyuraptor Chasmosaurus Chialingosaurus Chindesaurus Chirostenotes
Chungkingosaurus Citipati Coelophysis Coloradisaurus Compsognathus Concavenator
Conchoraptor Confuciusornis Corythosaurus Cryolophosaurus Dacentrurus Daspletosaurus
Datousaurus Deinocheirus Deinonychus Diabloceratops Diceratops Dicraeosaurus Dilong
Dilophosaurus Diplodocus Dracorex Dravidosaurus Dreadnoughtus Dromaeosaurus
Dromiceiomimus Dryosaurus Dryptosaurus Dubreuillosaurus Edmontonia Edmontosaurus
Efraasia Einiosaurus Ekrixinatosaurus Elaphrosaurus Elmisaurus Emausaurus
Eocarcharia Eoraptor Eotyrannus Epidexipteryx Equijubus Erketu Erlikosaurus
Euhelopus Euoplocephalus Europasaurus Eustreptospondylus Fabrosaurus Falcarius
Fukuiraptor Futalognkosaurus Gallimimus Gargoyleosaurus Garudimimus Gasosaurus
Gasparinisaura Gastonia Giganotosaurus Gigantoraptor Gilmoreosaurus Giraffatitan
Goyocephale Graciliraptor Gryposaurus Guanlong Hadrosaurus Haplocanthosaurus
Harpymimus Herrerasaurus Hesperosaurus Heterodontosaurus Homalocephale
Huayangosaurus Hylaeosaurus Hypacrosaurus Hypsilophodon Iguanodon Incisivosaurus
Indosuchus Ingenia Irritator Isisaurus Janenschia Jaxartosaurus Jobaria Juravenator
Kentrosaurus Khaan Kosmoceratops Kotasaurus Kritosaurus Lambeosaurus
Lapparentosaurus Leaellynasaura Leptoceratops Lesothosaurus Lexovisaurus
Liaoceratops Ligabuesaurus Liliensternus Limusaurus Lophorhothon Lophostropheus
Lourinhanosaurus Lufengosaurus Lurdusaurus Lycorhinus Magyarosaurus Maiasaura
Majungasaurus Malawisaurus Mamenchisaurus Mapusaurus Marshosaurus Masiakasaurus
Massospondylus Maxakalisaurus Megalosaurus Megaraptor Mei Melanorosaurus
Metriacanthosaurus Microceratus Micropachycephalosaurus Microraptor Minmi
Monolophosaurus Mononykus Mussaurus Muttaburrasaurus Mymoorapelta Nanotyrannus
Nanshiungosaurus Nemegtosaurus Neovenator Nigersaurus Nipponosaurus Noasaurus
Nodosaurus Nomingia Nothronychus Nqwebasaurus Omeisaurus Opisthocoelicaudia
Ornithodesmus Ornitholestes Ornithomimus Orodromeus Othnielia Ouranosaurus Oviraptor
Ozraptor Pachycephalosaurus Pachyrhinosaurus Panoplosaurus Panphagia Parasaurolophus
Parksosaurus Patagosaurus Pelecanimimus Pelorosaurus Pentaceratops Piatnitzkysaurus
Pinacosaurus Plateosaurus Poekilopleuron Polacanthus Prenocephale Probactrosaurus
Proceratosaurus Prosaurolophus Protarchaeopteryx Protoceratops Psittacosaurus
Pyroraptor Qantassaurus Quaesitosaurus Rapetosaurus Rebbachisaurus Regaliceratops
Rhabdodon Rhoetosaurus Rinchenia Riojasaurus Rugops Saichania Saltasaurus Saltopus
Sarcosaurus Saurolophus Sauropelta Saurophaganax Saurornithoides Scelidosaurus
Scipionyx Scutellosaurus Secernosaurus Segisaurus Segnosaurus Shamosaurus
Shantungosaurus Shunosaurus Shuvuuia Silvisaurus Sinocalliopteryx Sinornithosaurus
Sinosauropteryx Sinovenator Sinraptor Spinosaurus Staurikosaurus Stegoceras
Stegosaurus Stenopelix Struthiomimus Struthiosaurus Stygimoloch Styracosaurus
Suchomimus Supersaurus Talarurus Tanius Tarbosaurus Tarchia Telmatosaurus
Tenontosaurus Thecodontosaurus Therizinosaurus Thescelosaurus Tianyulong
Titanosaurus Torosaurus Torvosaurus Triceratops Troodon Tsintaosaurus
Tuojiangosaurus Turanoceratops Tylocephale Tyrannosaurus Udanoceratops Unenlagia
Utahraptor Valdosaurus Velociraptor Vulcanodon Wuerhosaurus Xenotarsosaurus
Xiaosaurus Yandusaurus Yangchuanosaurus Yinlong Yutyrannus Zalmoxes Zephyrosaurus
Zuniceratops
"""

#: Towns of Britain.
_TOWNS = """
Abingdon Alcester Aldeburgh Alnwick Ambleside Andover Appleby Arundel Ashbourne
Ashburton Aylesbury Aylsham Bakewell Bampton Banbury Barnsley Barnstaple Bath
Beaminster Beccles Bedale Bedford Beverley Bewdley Bicester Bideford Bingley
Blakeney Blandford Bodmin Bourne Brampton Brecon Bridgnorth Bridport Brighton
Bristol Brixham Bromyard Buckfast Buckingham Bungay Burford Burnham Buxton Calne
Cambridge Canterbury Cardigan Carlisle Cartmel Castleford Chagford Cheddar
Chelmsford Cheltenham Chepstow Chester Chesterfield Chichester Chippenham Chudleigh
Cirencester Clitheroe Clovelly Cockermouth Colchester Coldstream Colne Conwy
Corbridge Corsham Coventry Cranbrook Crediton Crewkerne Crickhowell Cromarty Cromer
Cullompton Dartford Dartmouth Daventry Dedham Denbigh Derby Devizes Dingwall Diss
Dolgellau Dorchester Dorking Dornoch Dover Droitwich Dulverton Dumfries Dunbar
Dunster Durham Easingwold Eastbourne Edenbridge Ely Epping Evesham Exeter Exmouth
Fakenham Falmouth Faringdon Farnham Faversham Felixstowe Folkestone Fordingbridge
Fowey Framlingham Frome Gainsborough Galashiels Gillingham Glastonbury Gloucester
Godalming Grantham Grasmere Guildford Guisborough Hadleigh Halesworth Haltwhistle
Harleston Harlow Harrogate Haslemere Hastings Hatherleigh Hawick Haworth Helmsley
Helston Henley Hereford Hertford Hexham Hitchin Holmfirth Holsworthy Honiton
Horncastle Horsham Hungerford Huntingdon Ilfracombe Ilkley Ilminster Inverness
Ipswich Jedburgh Kelso Kendal Keswick Kettering Kidwelly Kingsbridge Kington
Kirkcudbright Knaresborough Knighton Lacock Lanark Lancaster Langport Launceston
Lavenham Lechlade Ledbury Leominster Lerwick Lewes Leyburn Lichfield Lincoln
Liskeard Llandovery Looe Louth Ludlow Lutterworth Lyme Lymington Lynton Maidstone
Maldon Malmesbury Malton Malvern Manningtree Marlborough Masham Matlock Melrose
Midhurst Minehead Moffat Monmouth Montgomery Moreton Morpeth Nairn Newbury Newmarket
Northallerton Northampton Norwich Oakham Oban Okehampton Olney Orford Ormskirk
Oswestry Otley Oundle Padstow Painswick Peebles Pembroke Penrith Penzance Pershore
Petersfield Petworth Pickering Plymouth Pocklington Pontefract Portree Presteigne
Ramsbury Reepham Reigate Richmond Ripon Romsey Rothbury Royston Ruthin Rye Saffron
Salcombe Salisbury Sandwich Saxmundham Scarborough Sedbergh Selkirk Settle Sevenoaks
Shaftesbury Sherborne Sheringham Shrewsbury Sidmouth Skipton Sleaford Southwold
Spalding Stamford Stirling Stokesley Stonehaven Stowmarket Stratford Stroud Sudbury
Swaffham Swanage Swindon Tadcaster Tamworth Taunton Tavistock Tenbury Tenby
Tenterden Tetbury Tewkesbury Thaxted Thetford Thirsk Thurso Tintern Tiverton
Tobermory Topsham Totnes Towcester Truro Uppingham Uttoxeter Wadebridge Wallingford
Wantage Wareham Warkworth Warminster Warwick Wellingborough Wells Wetherby Weymouth
Whitby Whitstable Wigton Wilton Winchester Windermere Windsor Wirksworth Wisbech
Witney Wivenhoe Woodbridge Woodstock Wooler Worcester Worksop Wymondham Yarmouth
Yeovil
"""

DINOSAURS, TOWNS = ("\n".join(text.split()) for text in (_DINOSAURS, _TOWNS))
